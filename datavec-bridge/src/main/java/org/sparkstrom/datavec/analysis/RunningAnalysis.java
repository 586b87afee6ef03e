// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** An analysis of one batch of rows after the other, which come with the same schema. */
final class RunningAnalysis {
  private final AnalysisPlan plan;
  private final List<StructField> fields = new ArrayList<>();
  private final List<ColumnSketch> sketches = new ArrayList<>();

  RunningAnalysis(AnalysisPlan plan) {
    this.plan = plan;
  }

  /** Takes in a batch, in one pass over it. */
  void add(Dataset<?> batch) {
    StructType schema = batch.schema();
    List<Integer> places = DataAnalysis.places(schema, plan.columns());
    List<StructField> found = places.stream().map(place -> schema.fields()[place]).toList();
    List<ValueKind> kinds =
        found.stream().map(field -> ValueKind.find(field.dataType()).orElseThrow()).toList();
    List<ColumnSketch> here = new AnalysisPass(kinds, plan).run(batch, places);
    if (isEmpty()) {
      fields.addAll(found);
      sketches.addAll(here);
    } else {
      for (int i = 0; i < here.size(); i++) {
        sketches.get(i).merge(here.get(i));
      }
    }
  }

  /** Whether no batch has come yet. */
  boolean isEmpty() {
    return sketches.isEmpty();
  }

  long rows() {
    return sketches.isEmpty() ? 0 : sketches.get(0).rows();
  }

  /** What there is by now. */
  DataAnalysis result() {
    List<ColumnAnalysis> columns = new ArrayList<>();
    for (int i = 0; i < sketches.size(); i++) {
      StructField field = fields.get(i);
      columns.add(sketches.get(i).finish(field.name(), field.dataType().catalogString()));
    }
    return new DataAnalysis(columns, List.of());
  }
}
