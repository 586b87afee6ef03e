// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.sparkstrom.datavec.TestSpark;

/** Columns of sequences as one column for a recurrent network. */
class SequenceFeaturesTest {
  private static final StructType COLUMNS =
      StructType.fromDDL("`a.b` ARRAY<INT>, x ARRAY<DOUBLE>, s ARRAY<STRING>, id BIGINT");

  private final Dataset<Row> data =
      TestSpark.frame(
          COLUMNS,
          row(new Integer[] {1, 2, 3}, new Double[] {0.5, -0.0, Double.NaN}, 10L),
          row(new Integer[] {4}, new Double[] {null}, 11L),
          row(new Integer[] {}, new Double[] {}, 12L),
          row(new Integer[] {5, 6}, new Double[] {1.0}, 13L),
          row(null, new Double[] {1.0}, 14L));

  private final SequenceFeatures features = SequenceFeatures.of("x", "a.b");

  @Test
  void aColumnHasAllFeaturesOfEachTimeStep() {
    Dataset<Row> result = features.column(data, "features");

    assertThat(result.columns()).containsExactly("a.b", "x", "s", "id", "features");
    assertThat(result.schema().apply("features").dataType().catalogString())
        .isEqualTo("array<array<double>>");
    assertThat(result.collectAsList())
        .extracting(row -> text(row, 4))
        .containsExactly(
            "[[0.5, 1.0], [-0.0, 2.0], [NaN, 3.0]]", "[[null, 4.0]]", "[]", null, null);
    assertThat(result.drop("features").collectAsList())
        .hasToString(data.collectAsList().toString());
  }

  @Test
  void aFixedLengthHasAMask() {
    Dataset<Row> result = features.padded(data, "features", "mask", 2);

    assertThat(result.collectAsList())
        .extracting(row -> text(row, 4) + " " + text(row, 5))
        .containsExactly(
            "[[0.5, 1.0], [-0.0, 2.0]] [1.0, 1.0]",
            "[[null, 4.0], [0.0, 0.0]] [1.0, 0.0]",
            "[[0.0, 0.0], [0.0, 0.0]] [0.0, 0.0]",
            "null null",
            "null null");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> SequenceFeatures.of()).hasMessageContaining("at least one column");
    assertThatThrownBy(() -> SequenceFeatures.of("x", "x")).hasMessageContaining("[x, x]");
    assertThatThrownBy(() -> SequenceFeatures.of("y").column(data, "f"))
        .hasMessageContaining("'y'")
        .hasMessageContaining("[a.b, x, s, id]");
    assertThatThrownBy(() -> SequenceFeatures.of("s").column(data, "f"))
        .hasMessageContaining("'s' is array<string>")
        .hasMessageContaining("categoricalToInteger");
    assertThatThrownBy(() -> features.column(data, "id")).hasMessageContaining("'id'");
    assertThatThrownBy(() -> features.padded(data, "f", "m", 0))
        .hasMessageContaining("at least 1, but is 0");
  }

  private static Row row(Integer[] a, Double[] x, long id) {
    return RowFactory.create(a, x, new String[] {"t"}, id);
  }

  private static String text(Row row, int column) {
    if (row.isNullAt(column)) {
      return null;
    }
    List<Object> steps = row.getList(column);
    return steps.stream()
        .map(
            step ->
                step instanceof scala.collection.Seq<?> values
                    ? scala.collection.JavaConverters.seqAsJavaList(values).toString()
                    : String.valueOf(step))
        .toList()
        .toString();
  }
}
