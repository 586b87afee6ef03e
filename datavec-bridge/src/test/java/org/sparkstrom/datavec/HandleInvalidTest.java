// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;

/** One policy for bad data: error, skip, keep. */
class HandleInvalidTest {
  private static final StructType COLUMNS = StructType.fromDDL("id INT, sex STRING, fare DOUBLE");

  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("id")
          .addColumnString("sex")
          .addColumnDouble("fare")
          .build();

  private static final DataVecTransform TO_INTEGER =
      DataVecTransform.of(
          new TransformProcess.Builder(SCHEMA)
              .stringToCategorical("sex", List.of("m", "f"))
              .categoricalToInteger("sex")
              .doubleMathOp("fare", MathOp.Multiply, 2.0)
              .build());

  private static final Row[] ROWS = {
    RowFactory.create(1, "f", 1.5),
    RowFactory.create(2, "x", 2.5),
    RowFactory.create(3, "m", null),
    RowFactory.create(4, null, null)
  };

  @Test
  void anErrorNamesStepRowAndRemedy() {
    assertThatThrownBy(() -> run(TO_INTEGER, HandleInvalid.ERROR, ROWS[0], ROWS[1]))
        .rootCause()
        .hasMessageContaining("\"x\"");
    assertThatThrownBy(() -> run(TO_INTEGER, HandleInvalid.ERROR, ROWS[0], ROWS[1]))
        .hasMessageContaining("step 2 of 3, CategoricalToIntegerTransform on [sex]")
        .hasMessageContaining("row [id=2, sex=x, fare=2.5]")
        .hasMessageContaining("set handleInvalid to skip");
  }

  @Test
  void aNullInArithmeticIsAnErrorOfItsStepAndNoNullPointerException() {
    assertThatThrownBy(() -> run(TO_INTEGER, HandleInvalid.ERROR, ROWS[2]))
        .hasMessageContaining("step 3 of 3, DoubleMathOpTransform on [fare]")
        .hasMessageContaining("fare=null")
        .hasMessageNotContaining("NullPointerException");
  }

  @Test
  void skipLeavesInvalidRowsOut() {
    assertThat(run(TO_INTEGER, HandleInvalid.SKIP, ROWS))
        .containsExactly(RowFactory.create(1, 1, 3.0));
  }

  @Test
  void keepPutsNullWhereNothingCouldBeComputed() {
    assertThat(run(TO_INTEGER, HandleInvalid.KEEP, ROWS))
        .containsExactly(
            RowFactory.create(1, 1, 3.0),
            RowFactory.create(2, null, 5.0),
            RowFactory.create(3, 0, null),
            RowFactory.create(4, null, null));
  }

  @Test
  void anUnseenCategoryInOneHotIsNullInAllItsColumns() {
    DataVecTransform oneHot =
        DataVecTransform.of(
            new TransformProcess.Builder(SCHEMA)
                .stringToCategorical("sex", List.of("m", "f"))
                .categoricalToOneHot("sex")
                .removeColumns("fare")
                .build());

    assertThat(run(oneHot, HandleInvalid.KEEP, ROWS[0], ROWS[1]))
        .containsExactly(RowFactory.create(1, 0, 1), RowFactory.create(2, null, null));
  }

  @Test
  void aStateThatTheFinalSchemaRefusesIsInvalidButKeptAsItIs() {
    DataVecTransform categorical =
        DataVecTransform.of(
            new TransformProcess.Builder(SCHEMA)
                .stringToCategorical("sex", List.of("m", "f"))
                .build());

    assertThatThrownBy(() -> run(categorical, HandleInvalid.ERROR, ROWS[1]))
        .hasMessageContaining("column 'sex': the final schema")
        .hasMessageContaining("refuses x");
    assertThat(run(categorical, HandleInvalid.SKIP, ROWS[1], ROWS[3])).containsExactly(ROWS[3]);
    assertThat(run(categorical, HandleInvalid.KEEP, ROWS[1])).containsExactly(ROWS[1]);
  }

  @Test
  void aNullNeverBecomesTheWordNullWritable() {
    DataVecTransform append =
        DataVecTransform.of(
            new TransformProcess.Builder(SCHEMA).appendStringColumnTransform("sex", "!").build());

    assertThatThrownBy(() -> run(append, HandleInvalid.ERROR, ROWS[3]))
        .hasMessageContaining("step 1 of 1, AppendStringColumnTransform on [sex]")
        .hasMessageContaining("met a null");
    assertThat(run(append, HandleInvalid.KEEP, ROWS[1], ROWS[3]))
        .containsExactly(RowFactory.create(2, "x!", 2.5), ROWS[3]);
  }

  @Test
  void aFilterThatThrowsKeepsTheRow() {
    DataVecTransform filter =
        DataVecTransform.of(
            new TransformProcess.Builder(SCHEMA)
                .filter(
                    new ConditionFilter(
                        new DoubleColumnCondition("fare", ConditionOp.LessThan, 2.0)))
                .build());

    assertThat(run(filter, HandleInvalid.KEEP, ROWS)).containsExactly(ROWS[1], ROWS[2], ROWS[3]);
    assertThat(run(filter, HandleInvalid.SKIP, ROWS)).containsExactly(ROWS[1]);
    assertThatThrownBy(() -> run(filter, HandleInvalid.ERROR, ROWS))
        .hasMessageContaining("step 1 of 1, ConditionFilter");
  }

  @Test
  void aValueThatCannotBeConvertedFollowsThePolicyToo() {
    Schema pair = new Schema.Builder().addColumnNDArray("v", new long[] {1, 2}).build();
    StructType columns = new StructType().add("v", SQLDataTypes.VectorType());
    DataVecTransform identity = DataVecTransform.of(new TransformProcess.Builder(pair).build());
    var data = TestSpark.frame(columns, RowFactory.create(Vectors.dense(1, 2, 3))).coalesce(1);

    assertThatThrownBy(() -> identity.apply(data).collectAsList())
        .hasMessageContaining("column 'v'")
        .hasMessageContaining("3 entries");
    assertThat(identity.withHandleInvalid(HandleInvalid.SKIP).apply(data).collectAsList())
        .isEmpty();
    assertThat(identity.withHandleInvalid(HandleInvalid.KEEP).apply(data).first().isNullAt(0))
        .isTrue();
  }

  @Test
  void anUnknownPolicyListsThoseThatExist() {
    assertThatThrownBy(() -> HandleInvalid.of("ignore"))
        .hasMessage("handleInvalid must be one of [error, skip, keep], but is 'ignore'");
  }

  private static List<Row> run(DataVecTransform transform, HandleInvalid policy, Row... rows) {
    var data = TestSpark.frame(COLUMNS, rows).coalesce(1);
    return transform.withHandleInvalid(policy).apply(data).collectAsList();
  }
}
