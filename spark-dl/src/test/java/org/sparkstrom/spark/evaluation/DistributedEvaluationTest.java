// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.EvaluationBinary;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.evaluation.classification.ROCBinary;
import org.nd4j.evaluation.classification.ROCMultiClass;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchLimit;
import org.sparkstrom.spark.inference.PredictionConfig;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Every figure must be what DL4J gives for the same rows in one process. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DistributedEvaluationTest {
  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  private static final int ROWS = 500;
  private static final double ROUNDING = 1e-5;

  @Test
  void aClassifiersFiguresAreThoseOfDl4j() {
    NetworkSnapshot network = NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)));
    Evaluation evaluation = new Evaluation(3);
    ROCMultiClass exact = new ROCMultiClass(0);
    ROCMultiClass thresholds = new ROCMultiClass(50);
    evaluate(network, SparkTests.cloudFrame(ROWS, 3, 7), evaluation, exact, thresholds);

    Evaluation localEvaluation = new Evaluation(3);
    ROCMultiClass localExact = new ROCMultiClass(0);
    ROCMultiClass localThresholds = new ROCMultiClass(50);
    local(network, SparkTests.clouds(ROWS, 3), 3, localEvaluation, localExact, localThresholds);
    assertThat(evaluation.getConfusionMatrix()).isEqualTo(localEvaluation.getConfusionMatrix());
    assertThat(evaluation.stats()).isEqualTo(localEvaluation.stats());
    for (Evaluation.Metric metric : Evaluation.Metric.values()) {
      assertThat(evaluation.scoreForMetric(metric))
          .as(metric.name())
          .isEqualTo(localEvaluation.scoreForMetric(metric));
    }
    assertThat(evaluation.getNumRowCounter()).isEqualTo(ROWS);
    for (int c = 0; c < 3; c++) {
      assertThat(exact.calculateAUC(c)).isCloseTo(localExact.calculateAUC(c), within(ROUNDING));
      assertThat(exact.calculateAUCPR(c)).isCloseTo(localExact.calculateAUCPR(c), within(ROUNDING));
      assertThat(thresholds.calculateAUC(c))
          .isCloseTo(localThresholds.calculateAUC(c), within(ROUNDING));
    }
  }

  @Test
  void figuresOfSeveralYesOrNoLabelsAreThoseOfDl4j() {
    NetworkSnapshot network = network(2, Activation.SIGMOID, LossFunction.XENT);
    List<Row> rows = rows(random -> random.nextInt(2), 2);
    EvaluationBinary binary = new EvaluationBinary();
    ROCBinary roc = new ROCBinary(0);
    evaluate(network, frame(rows, 5), binary, roc);

    EvaluationBinary localBinary = new EvaluationBinary();
    ROCBinary localRoc = new ROCBinary(0);
    local(network, rows, 2, localBinary, localRoc);
    assertThat(binary.stats()).isEqualTo(localBinary.stats());
    for (int i = 0; i < 2; i++) {
      assertThat(binary.truePositives(i)).isEqualTo(localBinary.truePositives(i));
      assertThat(binary.trueNegatives(i)).isEqualTo(localBinary.trueNegatives(i));
      assertThat(binary.falsePositives(i)).isEqualTo(localBinary.falsePositives(i));
      assertThat(binary.falseNegatives(i)).isEqualTo(localBinary.falseNegatives(i));
      assertThat(roc.calculateAUC(i)).isCloseTo(localRoc.calculateAUC(i), within(ROUNDING));
    }
  }

  @Test
  void aSingleProbabilitysCurveIsThatOfDl4j() {
    NetworkSnapshot network = network(1, Activation.SIGMOID, LossFunction.XENT);
    List<Row> rows = rows(random -> random.nextInt(2), 1);
    ROC roc = new ROC(0);
    evaluate(network, frame(rows, 3), roc);
    ROC localRoc = new ROC(0);
    local(network, rows, 1, localRoc);
    assertThat(roc.calculateAUC()).isCloseTo(localRoc.calculateAUC(), within(ROUNDING));
    assertThat(roc.calculateAUCPR()).isCloseTo(localRoc.calculateAUCPR(), within(ROUNDING));
    assertThat(roc.getExampleCount()).isEqualTo(localRoc.getExampleCount());
  }

  @Test
  void figuresOfRegressionAreThoseOfDl4j() {
    NetworkSnapshot network = network(2, Activation.IDENTITY, LossFunction.MSE);
    List<Row> rows = rows(Random::nextGaussian, 2);
    RegressionEvaluation regression = new RegressionEvaluation(2);
    evaluate(network, frame(rows, 6), regression);
    RegressionEvaluation localRegression = new RegressionEvaluation(2);
    local(network, rows, 2, localRegression);
    for (RegressionEvaluation.Metric metric : RegressionEvaluation.Metric.values()) {
      assertThat(regression.scoreForMetric(metric))
          .as(metric.name())
          .isCloseTo(localRegression.scoreForMetric(metric), within(ROUNDING));
    }
    for (int column = 0; column < 2; column++) {
      assertThat(regression.pearsonCorrelation(column))
          .isCloseTo(localRegression.pearsonCorrelation(column), within(ROUNDING));
      assertThat(regression.rSquared(column))
          .isCloseTo(localRegression.rSquared(column), within(ROUNDING));
    }
  }

  @Test
  void emptyPartitionsAndEmptyDataHaveNothingToSay() {
    NetworkSnapshot network = NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)));
    Evaluation few = new Evaluation(3);
    evaluate(network, SparkTests.cloudFrame(3, 3, 16), few);
    assertThat(few.getNumRowCounter()).isEqualTo(3);
    Evaluation none = new Evaluation(3);
    evaluate(network, SparkTests.cloudFrame(3, 3, 2).filter("label > 5"), none);
    assertThat(none.getNumRowCounter()).isZero();
  }

  @Test
  void aLabelThatIsNoClassIsAnErrorOrLeftOut() {
    NetworkSnapshot network = NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)));
    Dataset<Row> data =
        SparkTests.cloudFrame(30, 3, 2)
            .selectExpr("features", "case when label = 2 then 3.0 else label end as label");
    assertThatThrownBy(() -> evaluate(network, data, new Evaluation(3)))
        .hasStackTraceContaining("label column 'label'")
        .hasStackTraceContaining("output of 3 values")
        .hasStackTraceContaining("holds 3.0");
    Evaluation skipping = new Evaluation(3);
    DistributedEvaluation.evaluate(
        data, network, COLUMNS, new PredictionConfig("features", 8, HandleInvalid.SKIP), skipping);
    assertThat(skipping.getNumRowCounter()).isEqualTo(20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(network, data.drop("label"), new Evaluation(3)))
        .withMessageContaining("label column 'label' does not exist");
  }

  @Test
  void batchesLimitedByBytesGiveTheSameFigures() {
    NetworkSnapshot network = NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)));
    Dataset<Row> data = SparkTests.cloudFrame(ROWS, 3, 2);
    Evaluation byRows = new Evaluation(3);
    evaluate(network, data, byRows);
    Evaluation byBytes = new Evaluation(3);
    DistributedEvaluation.evaluate(
        data,
        network,
        COLUMNS,
        new PredictionConfig(List.of("features"), BatchLimit.ofBytes(4096), HandleInvalid.ERROR),
        byBytes);
    assertThat(byBytes.getNumRowCounter()).isEqualTo(ROWS);
    assertThat(byBytes.getConfusionMatrix()).isEqualTo(byRows.getConfusionMatrix());
  }

  private static void evaluate(
      NetworkSnapshot network, Dataset<Row> data, IEvaluation<?>... evaluations) {
    DistributedEvaluation.evaluate(
        data,
        network,
        COLUMNS,
        new PredictionConfig("features", 64, HandleInvalid.ERROR),
        evaluations);
  }

  private static void local(
      NetworkSnapshot snapshot, List<Row> rows, int size, IEvaluation<?>... evaluations) {
    double[][] features = new double[rows.size()][];
    double[][] labels = new double[rows.size()][];
    for (int i = 0; i < rows.size(); i++) {
      features[i] = rows.get(i).<Vector>getAs(0).toArray();
      labels[i] = label(rows.get(i).get(1), size);
    }
    MultiLayerNetwork network = snapshot.restore();
    try (INDArray x = Nd4j.create(features).castTo(Nd4j.defaultFloatingPointType());
        INDArray y = Nd4j.create(labels).castTo(Nd4j.defaultFloatingPointType())) {
      INDArray output = network.output(x, false);
      for (IEvaluation<?> evaluation : evaluations) {
        evaluation.eval(y, output);
      }
    } finally {
      network.close();
    }
  }

  private static double[] label(Object label, int size) {
    if (label instanceof Vector vector) {
      return vector.toArray();
    }
    double[] oneHot = new double[size];
    oneHot[(int) (double) (Double) label] = 1;
    return oneHot;
  }

  private static NetworkSnapshot network(int outputs, Activation activation, LossFunction loss) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(0.01))
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(8).activation(Activation.TANH).build())
            .layer(
                new OutputLayer.Builder(loss).nIn(8).nOut(outputs).activation(activation).build())
            .build();
    return NetworkSnapshot.initial(configuration);
  }

  /** Draws one value of a label. */
  @FunctionalInterface
  private interface Draw {
    double next(Random random);
  }

  private static List<Row> rows(Draw draw, int size) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] label = new double[size];
      for (int j = 0; j < size; j++) {
        label[j] = draw.next(random);
      }
      rows.add(
          RowFactory.create(
              Vectors.dense(random.doubles(4, -1, 1).toArray()), Vectors.dense(label)));
    }
    return rows;
  }

  private static Dataset<Row> frame(List<Row> rows, int partitions) {
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", SQLDataTypes.VectorType())
            .add("unused", DataTypes.StringType);
    List<Row> wide =
        rows.stream().map(row -> RowFactory.create(row.get(0), row.get(1), "x")).toList();
    return SparkTests.session().createDataFrame(wide, schema).repartition(partitions);
  }
}
