// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.compat.datavec;

import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.sparkstrom.datavec.DataVecTransform;
import org.sparkstrom.datavec.HandleInvalid;

/**
 * Runs a process over an RDD of records as {@code org.datavec.spark.transform}'s class of this name
 * does, in one pass, so that a program changes an import and no more.
 *
 * <p>Unlike that one it starts no job to look at the first record, takes an empty RDD, and says
 * which record and step failed, and why. Where the system property that makes DataVec's class log
 * errors and drop their records is true on the driver when {@link #execute} is called, records that
 * a step refuses are left out here too; {@link DataVecTransform#countingSkipped} counts them.
 * Processes with sequences, reductions and ranks are refused; their steps have no row of their own.
 */
public final class SparkTransformExecutor {
  private SparkTransformExecutor() {}

  /**
   * The transformed records, lazily.
   *
   * @param records with the values of the process's initial schema, in its order
   * @throws IllegalArgumentException when a step needs more than one record; the message names it
   *     and the remedy
   */
  public static JavaRDD<List<Writable>> execute(
      JavaRDD<List<Writable>> records, TransformProcess process) {
    Objects.requireNonNull(records, "records");
    HandleInvalid policy = isTryCatch() ? HandleInvalid.SKIP : HandleInvalid.ERROR;
    return DataVecTransform.of(process).withHandleInvalid(policy).apply(records);
  }

  /** Whether records that a step refuses are left out, as DataVec's class is asked for it. */
  public static boolean isTryCatch() {
    return Boolean.getBoolean(
        org.datavec.spark.transform.SparkTransformExecutor.LOG_ERROR_PROPERTY);
  }
}
