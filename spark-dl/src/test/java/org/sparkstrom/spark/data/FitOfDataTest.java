// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkSignature;

/** Data that does not fit the network is an error that says what differs. */
class FitOfDataTest {

  private static final DataType VECTOR = SQLDataTypes.VectorType();
  private static final DataType DOUBLE = DataTypes.DoubleType;

  @Test
  void eachInputAndOutputMustHaveAColumn() {
    refused(
            SparkTests.cloudFrame(3, 1, 1),
            new ColumnBinding(List.of("features", "label"), List.of("y")),
            DataTests.classifier(4, 3))
        .withMessage(
            "each input of the network must have a features column, but there are 1 inputs and 2"
                + " columns, [features, label]; the network has the inputs 'input' (vector of 4) and"
                + " the outputs 'output' (vector of 3, labels are class indices). Name one column for each,"
                + " in this order; several of one input go into a vector first (VectorAssembler).");
  }

  @Test
  void aColumnMayBeFeaturesAndLabel() {
    Dataset<Row> data =
        DataTests.frame(
            DataTests.schema(VECTOR, DOUBLE), List.of(RowFactory.create(Vectors.dense(1, 2), 0.5)));
    TrainingData rows =
        DataTests.survey(
            data,
            new ColumnBinding("features", "features"),
            DataTests.network(DataTests.flat(2), DataTests.real(Form.FLAT, 2)));
    assertThat(rows.usedRowCount()).isEqualTo(1);
    assertThat(rows.format().layout().columns().map(TensorColumn::column))
        .containsExactly("features", "features");
  }

  @Test
  void aTargetOfAnotherWidthIsRefusedWithBothNumbers() {
    Dataset<Row> data =
        DataTests.frame(
            DataTests.schema(VECTOR, VECTOR),
            List.of(RowFactory.create(Vectors.dense(1, 2), Vectors.dense(1, 2, 3))));
    NetworkSignature network = DataTests.network(DataTests.flat(2), DataTests.real(Form.FLAT, 2));
    refused(data, DataTests.COLUMNS, network)
        .withMessageContaining("the network's output has 2 values")
        .withMessageContaining("label column 'label' has 3");
  }

  @Test
  void aVectorIsNoClassIndex() {
    Dataset<Row> data =
        DataTests.frame(
            DataTests.schema(VECTOR, VECTOR),
            List.of(RowFactory.create(Vectors.dense(1, 2), Vectors.dense(0, 1))));
    refused(data, DataTests.COLUMNS, DataTests.classifier(2, 2))
        .withMessageContaining(
            "Column label must be of type numeric but was actually of type struct");
  }

  @Test
  void aTargetThatIsNotFiniteNamesRowAndColumn() {
    Dataset<Row> data =
        DataTests.frame(
            DataTests.schema(VECTOR, DOUBLE),
            List.of(
                RowFactory.create(Vectors.dense(1, 2), 1.5),
                RowFactory.create(Vectors.dense(1, 2), Double.POSITIVE_INFINITY)));
    NetworkSignature network = DataTests.network(DataTests.flat(2), DataTests.real(Form.FLAT, 1));
    refused(data, DataTests.COLUMNS, network)
        .withMessageContaining("row 1")
        .withMessageContaining("label column 'label' is null");
    assertThat(
            TrainingData.survey(data, DataTests.COLUMNS, network, Map.of(), HandleInvalid.SKIP)
                .skippedRowCount())
        .isEqualTo(1);
  }

  @Test
  void anImageThatDoesNotFitIsRefusedWithBothShapes() {
    Dataset<Row> data =
        DataTests.frame(
            DataTests.schema(VECTOR, DOUBLE),
            List.of(RowFactory.create(Vectors.dense(1, 2, 3, 4, 5), 1.0)));
    NetworkSignature sized =
        DataTests.network(DataTests.image(1, 2, 3), DataTests.classes(Form.FLAT, 2));
    refused(data, DataTests.COLUMNS, sized)
        .withMessageContaining("takes images of 1 x 2 x 3")
        .withMessageContaining("'features' has 5 values");
    NetworkSignature unsized =
        DataTests.network(DataTests.image(1, -1, -1), DataTests.classes(Form.FLAT, 2));
    refused(data, DataTests.COLUMNS, unsized).withMessageContaining("1 x ? x ?");
  }

  @Test
  void aLabelOfAStepThatIsNoClassNamesRangeAndValue() {
    StructType schema = DataTests.schema(DataTests.DOUBLES, DataTests.INTS);
    NetworkSignature network =
        DataTests.network(DataTests.sequence(1), DataTests.classes(Form.SEQUENCE, 3));
    Dataset<Row> data =
        DataTests.frame(
            schema, List.of(RowFactory.create(DataTests.array(1.0, 2.0), DataTests.array(2, 3))));
    refused(data, DataTests.COLUMNS, network)
        .withMessageContaining("row 0")
        .withMessageContaining("'label' is 3.0")
        .withMessageContaining("from 0 to 2");
  }

  @Test
  void weightsMustBeFiniteAndNotNegative() {
    for (double bad : new double[] {-1, Double.POSITIVE_INFINITY, Double.NaN}) {
      refusedWeights(1.0, bad)
          .withMessageContaining("row 1")
          .withMessageContaining("weight column 'weight' is")
          .withMessageContaining(Double.isNaN(bad) ? "null or NaN" : Double.toString(bad));
    }
    refusedWeights(0, 0)
        .withMessageContaining("at least one row must weigh more than 0, but all 2 rows weigh 0");
  }

  @Test
  void classWeightsMustBeForClassesThatTheNetworkHas() {
    Dataset<Row> data = SparkTests.cloudFrame(3, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrainingData.survey(
                    data,
                    DataTests.COLUMNS,
                    DataTests.classifier(4, 3),
                    Map.of(3, 1.0),
                    HandleInvalid.ERROR))
        .withMessageContaining("classes from 0 to 2")
        .withMessageContaining("class 3 has 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrainingData.survey(
                    data,
                    DataTests.COLUMNS,
                    DataTests.network(DataTests.flat(4), DataTests.real(Form.FLAT, 1)),
                    Map.of(0, 1.0),
                    HandleInvalid.ERROR))
        .withMessageContaining("exactly one output of classes")
        .withMessageContaining("[output] there are 0");
  }

  private static ThrowableAssertAlternative<IllegalArgumentException> refusedWeights(
      double first, double second) {
    Vector features = Vectors.dense(1, 2);
    Dataset<Row> data =
        DataTests.frame(
            DataTests.schema(VECTOR, DOUBLE).add("weight", DOUBLE),
            List.of(
                RowFactory.create(features, 0.0, first), RowFactory.create(features, 1.0, second)));
    return refused(data, DataTests.COLUMNS.withWeight("weight"), DataTests.classifier(2, 2));
  }

  private static ThrowableAssertAlternative<IllegalArgumentException> refused(
      Dataset<Row> data, ColumnBinding columns, NetworkSignature network) {
    return assertThatIllegalArgumentException()
        .isThrownBy(() -> DataTests.survey(data, columns, network));
  }
}
