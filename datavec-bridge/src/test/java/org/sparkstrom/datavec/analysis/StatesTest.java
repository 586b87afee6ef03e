// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;
import org.sparkstrom.datavec.DataVecTransform;
import org.sparkstrom.datavec.TestSpark;

/** States of categorical columns, from data. */
class StatesTest {
  private static final StructType COLUMNS = StructType.fromDDL("id INT, `s.x` STRING");

  @Test
  void aProcessWithTheStatesOfItsDataRefusesNoneOfItsRows() {
    List<Row> rows = new ArrayList<>();
    List<String> words = List.of("male", "", "fe\"male\"", "ünï, x", "Sex", "female");
    for (int i = 0; i < 60; i++) {
      rows.add(RowFactory.create(i, words.get(i % (1 + i % words.size()))));
    }
    Dataset<Row> data = TestSpark.frame(COLUMNS, rows).repartition(3);

    List<String> states = analysis(data, AnalysisPlan.ALL).states();

    assertThat(states).isSorted().containsExactlyInAnyOrderElementsOf(words);
    Schema schema = new Schema.Builder().addColumnInteger("id").addColumnString("s.x").build();
    Dataset<Row> oneHot =
        DataVecTransform.of(
                new TransformProcess.Builder(schema)
                    .stringToCategorical("s.x", states)
                    .categoricalToOneHot("s.x")
                    .build())
            .apply(data);
    List<Row> result = oneHot.collectAsList();
    assertThat(result).hasSize(rows.size());
    for (Row row : result) {
      int place = states.indexOf(rows.get(row.getInt(0)).getString(1));
      for (int i = 0; i < states.size(); i++) {
        assertThat(row.getInt(1 + i)).isEqualTo(i == place ? 1 : 0);
      }
    }
  }

  @Test
  void nullIsNoState() {
    Dataset<Row> data =
        TestSpark.frame(
            COLUMNS,
            RowFactory.create(1, "b"),
            RowFactory.create(2, null),
            RowFactory.create(3, "a"));

    assertThat(analysis(data, AnalysisPlan.ALL).states()).containsExactly("a", "b");
  }

  @Test
  void statesThatAreNotAllKnownAreRefusedWithTheRemedy() {
    Dataset<Row> data =
        TestSpark.frame(
            COLUMNS,
            RowFactory.create(1, "a"),
            RowFactory.create(2, "b"),
            RowFactory.create(3, "c"));

    assertThatThrownBy(() -> analysis(data, AnalysisPlan.ALL.withTopValues(2)).states())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 's.x'")
        .hasMessageContaining("more values than the 2")
        .hasMessageContaining("withTopValues");
    assertThatThrownBy(
            () -> analysis(data, AnalysisPlan.ALL.withStatistics(Statistic.MOMENTS)).states())
        .hasMessageContaining("column 's.x'")
        .hasMessageContaining("Statistic.TOP_VALUES");
    assertThatThrownBy(
            () ->
                analysis(
                        TestSpark.frame(COLUMNS, RowFactory.create(1, "x".repeat(500))),
                        AnalysisPlan.ALL)
                    .states())
        .hasMessageContaining("too long");
    assertThatThrownBy(
            () ->
                analysis(TestSpark.frame(COLUMNS, RowFactory.create(1, null)), AnalysisPlan.ALL)
                    .states())
        .hasMessageContaining("no values but nulls");
  }

  private static ColumnAnalysis analysis(Dataset<Row> data, AnalysisPlan plan) {
    return DataAnalysis.of(data, plan.withColumns("s.x")).column("s.x").orElseThrow();
  }
}
