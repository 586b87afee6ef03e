// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.compat.datavec;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;
import org.datavec.spark.transform.misc.StringToWritablesFunction;
import org.datavec.spark.transform.misc.WritablesToStringFunction;
import org.nd4j.common.primitives.Pair;
import org.sparkstrom.datavec.DataVecRdd;

/**
 * Carries records to and from the types of DataVec's Spark module: the pairs of {@code
 * DataFrames.toRecords}, and lines that its functions read and write. Everything is lazy.
 */
public final class DataVecSpark {
  private DataVecSpark() {}

  /** What {@code DataFrames.toRecords} gives, as records with a schema. */
  public static DataVecRdd of(Pair<Schema, JavaRDD<List<Writable>>> records) {
    return new DataVecRdd(records.getSecond(), records.getFirst());
  }

  /** The same as {@code DataFrames.toRecords} gives it. */
  public static Pair<Schema, JavaRDD<List<Writable>>> toPair(DataVecRdd records) {
    return new Pair<>(records.schema(), records.records());
  }

  /** Lines read by a reader of DataVec; each line is a record. */
  public static DataVecRdd read(JavaRDD<String> lines, RecordReader reader, Schema schema) {
    return new DataVecRdd(lines.map(new StringToWritablesFunction(reader)), schema);
  }

  /** Lines of the values' texts with a delimiter between, quoted by nothing. */
  public static JavaRDD<String> write(DataVecRdd records, String delimiter) {
    return records.records().map(new WritablesToStringFunction(delimiter));
  }
}
