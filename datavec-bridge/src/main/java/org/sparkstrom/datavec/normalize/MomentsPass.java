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
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import scala.Tuple2;
import scala.Tuple3;

/**
 * The one pass of a fit over the data: each partition gives the moments of each column as bytes, 48
 * a feature; those of a column are merged on an executor, in the partitions' order, so that the
 * same partitions give the same bits again, and one answer of each column reaches the driver,
 * however many partitions there are.
 *
 * @param kinds how each column holds its features
 * @param rows which rows count
 */
record MomentsPass(List<FeatureColumn> kinds, Rows rows)
    implements MapPartitionsFunction<Row, Tuple3<Integer, Integer, byte[]>>,
        FlatMapGroupsFunction<Integer, Tuple3<Integer, Integer, byte[]>, Tuple2<Integer, byte[]>> {
  /** Which rows enter the moments. */
  enum Rows {
    ALL,
    /** Only those in which every entry of every column is there and finite. */
    COMPLETE
  }

  /** What a pass has found. */
  record Result(List<Moments> columns, long incompleteRows) {}

  /** Runs one pass over these columns. */
  static Result run(Dataset<?> data, Columns columns, Rows rows) {
    Column[] selected =
        columns.places().stream()
            .map(place -> functions.col(Columns.numbered(place)))
            .toArray(Column[]::new);
    MomentsPass pass = new MomentsPass(columns.kinds(), rows);
    List<Tuple2<Integer, byte[]>> merged =
        Columns.numbered(data)
            .select(selected)
            .mapPartitions(pass, Encoders.tuple(Encoders.INT(), Encoders.INT(), Encoders.BINARY()))
            .groupByKey(
                (MapFunction<Tuple3<Integer, Integer, byte[]>, Integer>) Tuple3::_1, Encoders.INT())
            .flatMapSortedGroups(
                new Column[] {functions.col("_2")},
                pass,
                Encoders.tuple(Encoders.INT(), Encoders.BINARY()))
            .collectAsList();
    List<Part> totals = pass.fresh(); // what data without partitions leaves
    for (Tuple2<Integer, byte[]> column : merged) {
      totals.get(column._1()).merge(column._2());
    }
    totals.forEach(total -> total.moments.withZeros());
    return new Result(
        totals.stream().map(total -> total.moments).toList(), totals.get(0).incompleteRows);
  }

  @Override
  public Iterator<Tuple3<Integer, Integer, byte[]>> call(Iterator<Row> partition)
      throws IOException {
    List<Part> parts = fresh();
    long incomplete = 0;
    while (partition.hasNext()) {
      Row row = partition.next();
      if (rows == Rows.COMPLETE && !isComplete(row)) {
        incomplete++;
        continue;
      }
      for (int i = 0; i < kinds.size(); i++) {
        kinds.get(i).addTo(parts.get(i).moments, row.get(i));
      }
    }
    List<Tuple3<Integer, Integer, byte[]>> result = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).incompleteRows = incomplete;
      result.add(new Tuple3<>(i, TaskContext.getPartitionId(), parts.get(i).toBytes()));
    }
    return result.iterator();
  }

  /** Merges the moments of a column, one after the other, in the order of their partitions. */
  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(
      Integer column, Iterator<Tuple3<Integer, Integer, byte[]>> parts) throws IOException {
    Part total = new Part();
    while (parts.hasNext()) {
      total.merge(parts.next()._3());
    }
    return List.of(new Tuple2<>(column, total.toBytes())).iterator();
  }

  private boolean isComplete(Row row) {
    for (int i = 0; i < kinds.size(); i++) {
      if (!kinds.get(i).isValid(row.get(i))) {
        return false;
      }
    }
    return true;
  }

  private List<Part> fresh() {
    List<Part> parts = new ArrayList<>(kinds.size());
    for (int i = 0; i < kinds.size(); i++) {
      parts.add(new Part());
    }
    return parts;
  }

  /** What some partitions know of a column, with the rows that they left out. */
  private static final class Part {
    private final Moments moments = new Moments();
    private long incompleteRows;

    void merge(byte[] bytes) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        incompleteRows += in.readLong();
        moments.merge(Moments.read(in));
      } catch (IOException e) {
        throw new UncheckedIOException("a partition's moments cannot be read", e);
      }
    }

    byte[] toBytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeLong(incompleteRows);
        moments.write(out);
      }
      return bytes.toByteArray();
    }
  }
}
