// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

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
 * The one pass of an analysis: each partition makes a sketch of each column; sketches of a column
 * are merged on an executor, in the partitions' order, and one of each column reaches the driver.
 *
 * @param kinds what the values of each column are
 * @param plan what is computed
 */
record AnalysisPass(List<ValueKind> kinds, AnalysisPlan plan)
    implements MapPartitionsFunction<Row, Tuple3<Integer, Integer, byte[]>>,
        FlatMapGroupsFunction<Integer, Tuple3<Integer, Integer, byte[]>, Tuple2<Integer, byte[]>> {

  /**
   * Runs the pass over the columns at these places.
   *
   * @return a sketch of each column, in the order of the places
   */
  List<ColumnSketch> run(Dataset<?> data, List<Integer> places) {
    String[] names = new String[data.schema().size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = "c" + i; // names no resolver stumbles over
    }
    Column[] selected =
        places.stream()
            .map(
                i -> ValueKind.cells(functions.col(names[i]), data.schema().fields()[i].dataType()))
            .toArray(Column[]::new);
    List<Tuple2<Integer, byte[]>> merged =
        data.toDF(names)
            .select(selected)
            .mapPartitions(this, Encoders.tuple(Encoders.INT(), Encoders.INT(), Encoders.BINARY()))
            .groupByKey(
                (MapFunction<Tuple3<Integer, Integer, byte[]>, Integer>) Tuple3::_1, Encoders.INT())
            .flatMapSortedGroups(
                new Column[] {functions.col("_2")},
                this,
                Encoders.tuple(Encoders.INT(), Encoders.BINARY()))
            .collectAsList();
    List<ColumnSketch> result = new ArrayList<>();
    for (ValueKind kind : kinds) {
      result.add(new ColumnSketch(kind, plan)); // what data without partitions leaves
    }
    for (Tuple2<Integer, byte[]> column : merged) {
      result.set(column._1(), read(column._1(), column._2()));
    }
    return result;
  }

  @Override
  public Iterator<Tuple3<Integer, Integer, byte[]>> call(Iterator<Row> partition)
      throws IOException {
    List<ColumnSketch> sketches = new ArrayList<>();
    for (ValueKind kind : kinds) {
      sketches.add(new ColumnSketch(kind, plan));
    }
    while (partition.hasNext()) {
      Row row = partition.next();
      for (int i = 0; i < sketches.size(); i++) {
        sketches.get(i).add(row.get(i));
      }
    }
    List<Tuple3<Integer, Integer, byte[]>> result = new ArrayList<>();
    for (int i = 0; i < sketches.size(); i++) {
      result.add(new Tuple3<>(i, TaskContext.getPartitionId(), sketches.get(i).toBytes()));
    }
    return result.iterator();
  }

  /** Merges the sketches of a column, one after the other, in the order of their partitions. */
  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(
      Integer column, Iterator<Tuple3<Integer, Integer, byte[]>> parts) throws IOException {
    ColumnSketch total = new ColumnSketch(kinds.get(column), plan);
    while (parts.hasNext()) {
      total.merge(read(column, parts.next()._3()));
    }
    return List.of(new Tuple2<>(column, total.toBytes())).iterator();
  }

  private ColumnSketch read(int column, byte[] bytes) {
    try {
      return ColumnSketch.fromBytes(bytes, kinds.get(column), plan);
    } catch (IOException e) {
      throw new UncheckedIOException("a sketch of column " + column + " is cut off", e);
    }
  }
}
