// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ColumnStageTest {
  @Test
  void namesMayDifferByCaseAlone() {
    Dataset<Row> data =
        LocalSpark.frame(
            "Text STRING, text STRING, ID STRING, id STRING",
            RowFactory.create("Upper", "lower", "A", "a"));
    for (String input : new String[] {"Text", "text"}) {
      Length stage = new Length().setInputCol(input).setOutputCol("TEXT");

      Dataset<Row> result = stage.transform(data);

      assertThat(result.schema()).isEqualTo(stage.transformSchema(data.schema()));
      assertThat(result.columns()).containsExactly("Text", "text", "ID", "id", "TEXT");
      assertThat(result.collectAsList())
          .containsExactly(RowFactory.create("Upper", "lower", "A", "a", 5));
    }
    Dataset<Row> nulls =
        LocalSpark.frame(
            "Text STRING, text STRING, ID STRING, id STRING",
            RowFactory.create("Upper", null, "A", "a"));
    Length stage = new Length().setInputCol("text").setOutputCol("TEXT");
    assertThatThrownBy(() -> stage.transform(nulls).collectAsList())
        .hasStackTraceContaining("column 'text', a: the value is null");
    assertThat(stage.setHandleInvalid("keep").setErrorCol("iD").transform(nulls).collectAsList())
        .containsExactly(RowFactory.create("Upper", null, "A", "a", null, "the value is null"));
    assertThat(new Length().setInputCol("text").setHandleInvalid("skip").transform(nulls).count())
        .isZero();
  }

  @Test
  void columnsStillBelongToTheDataWhereNamesDiffer() {
    Dataset<Row> data = LocalSpark.frame("text STRING, id STRING", RowFactory.create("lower", "a"));

    assertThat(
            new Length()
                .setInputCol("text")
                .setOutputCol("n")
                .transform(data)
                .select(data.col("id"), data.col("text"))
                .collectAsList())
        .containsExactly(RowFactory.create("a", "lower"));
  }

  @Test
  void severalColumnsOfTheInputsNameAreRefused() {
    Dataset<Row> data =
        LocalSpark.frame("a STRING, b STRING, id STRING").toDF("text", "text", "id");

    assertThatThrownBy(() -> new Length().setInputCol("text").transform(data))
        .hasMessageContaining("inputCol 'text' must be one column")
        .hasMessageContaining("[text, text, id]");
  }

  /** Characters of a text; rows are called by their id. */
  private static final class Length extends ColumnStage<Length> {
    private static final long serialVersionUID = 1L;

    Length() {
      super("length");
    }

    @Override
    protected StructField output(StructField input) {
      return new StructField(
          getOutputCol(),
          DataTypes.IntegerType,
          true,
          new MetadataBuilder().putString("unit", "characters").build());
    }

    @Override
    protected void check(StructField input) {}

    @Override
    protected ColumnFunction function(StructField input, SparkSession spark) {
      return value -> ((String) value).length();
    }

    @Override
    protected Optional<String> originColumn(StructType schema) {
      return Optional.of("id");
    }
  }
}
