// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.udf;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.types.DataTypes;

/**
 * The end of a row that a compiled step refuses, under {@link HandleInvalid#SKIP}: false, for the
 * filter that it decides. It is called non-deterministic, so that Spark's optimizer leaves the
 * filter where it is.
 *
 * @param skipped where such rows are counted
 */
record SkippedRow(SkipCount skipped) implements UDF0<Boolean> {
  static Column column(SkipCount skipped) {
    return udf(new SkippedRow(skipped), DataTypes.BooleanType).asNondeterministic().apply();
  }

  @Override
  public Boolean call() {
    skipped.add();
    return false;
  }
}
