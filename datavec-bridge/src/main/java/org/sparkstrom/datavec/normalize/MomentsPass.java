// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The one pass of a fit over the data: each partition gives the moments of its rows as bytes, and
 * the driver merges them in the partitions' order, so that the same partitions give the same bits
 * again. A partition's answer takes 48 bytes a feature.
 *
 * @param kinds how each column holds its features
 * @param rows which rows count
 */
record MomentsPass(List<FeatureColumn> kinds, Rows rows)
    implements MapPartitionsFunction<Row, byte[]> {
  /** Which rows enter the moments. */
  enum Rows {
    ALL,
    /** Only those in which every entry of every column is there and finite. */
    COMPLETE
  }

  /** What a pass has found. */
  record Result(List<Moments> columns, long incompleteRows) {}

  /** Runs one Spark job over these columns. */
  static Result run(Dataset<?> data, Columns columns, Rows rows) {
    Column[] selected =
        columns.places().stream()
            .map(place -> functions.col(Columns.numbered(place)))
            .toArray(Column[]::new);
    List<byte[]> partitions =
        Columns.numbered(data)
            .select(selected)
            .mapPartitions(new MomentsPass(columns.kinds(), rows), Encoders.BINARY())
            .collectAsList();
    List<Moments> totals = fresh(columns.kinds().size());
    long incomplete = 0;
    for (byte[] partition : partitions) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(partition))) {
        incomplete += in.readLong();
        for (Moments total : totals) {
          total.merge(Moments.read(in));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("a partition's moments cannot be read", e);
      }
    }
    totals.forEach(Moments::withZeros);
    return new Result(totals, incomplete);
  }

  @Override
  public Iterator<byte[]> call(Iterator<Row> partition) throws IOException {
    List<Moments> moments = fresh(kinds.size());
    long incomplete = 0;
    while (partition.hasNext()) {
      Row row = partition.next();
      if (rows == Rows.COMPLETE && !isComplete(row)) {
        incomplete++;
        continue;
      }
      for (int i = 0; i < kinds.size(); i++) {
        kinds.get(i).addTo(moments.get(i), row.get(i));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(incomplete);
      for (Moments column : moments) {
        column.write(out);
      }
    }
    return List.of(bytes.toByteArray()).iterator();
  }

  private boolean isComplete(Row row) {
    for (int i = 0; i < kinds.size(); i++) {
      if (!kinds.get(i).isValid(row.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<Moments> fresh(int count) {
    List<Moments> moments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      moments.add(new Moments());
    }
    return moments;
  }
}
