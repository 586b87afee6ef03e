// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;

/**
 * DataVec's local executor, whose results lie in Arrow's buffers outside the heap until somebody
 * closes them: here they are copied and closed, so that a hundred thousand calls fit into memory.
 */
final class LocalExecutor {
  private LocalExecutor() {}

  static List<List<Writable>> execute(List<List<Writable>> records, TransformProcess process) {
    return copied(LocalTransformExecutor.execute(records, process));
  }

  static List<List<Writable>> executeSequenceToSeparate(
      List<List<List<Writable>>> sequences, TransformProcess process) {
    return copied(LocalTransformExecutor.executeSequenceToSeparate(sequences, process));
  }

  /**
   * What it gives for rows with the columns of the process's schema, such that equal is all bits.
   */
  static List<List<Object>> bits(TransformProcess process, List<Row> rows) {
    RowConverter in = converter(process.getInitialSchema());
    RowConverter out = converter(process.getFinalSchema());
    List<List<Writable>> records = execute(rows.stream().map(in::toRecord).toList(), process);
    return RowBits.of(records.stream().map(out::toRow).toList());
  }

  private static RowConverter converter(Schema schema) {
    return new RowConverter(SparkSchemas.toSpark(schema), schema, TimeClasses.JAVA_SQL);
  }

  private static List<List<Writable>> copied(List<List<Writable>> result) {
    List<List<Writable>> copy = new ArrayList<>();
    try {
      for (List<Writable> record : result) {
        copy.add(new ArrayList<>(record));
      }
    } finally {
      close(result);
    }
    return copy;
  }

  /** Gives back the buffers of a result, if it has any. */
  static void close(Object result) {
    if (result instanceof Closeable buffers) {
      try {
        buffers.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
