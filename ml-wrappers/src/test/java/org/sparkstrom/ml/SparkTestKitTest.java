// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.ml.StageSamples.Sample;

/** The checks with which Spark tests its own stages hold for all stages of ours. */
class SparkTestKitTest {
  private static SparkTestKit kit;
  private static List<Sample> samples;

  @BeforeAll
  static void startSpark() {
    kit = SparkTestKit.start();
    samples = StageSamples.all(UnaryOperator.identity());
  }

  @AfterEach
  void nothingIsLeftOpen() {
    kit.requireClosedFiles();
  }

  @AfterAll
  static void stopSpark() {
    kit.close();
  }

  static List<Sample> samples() {
    return samples;
  }

  static List<Sample> transformers() {
    return samples.stream().filter(sample -> sample.stage() instanceof Transformer).toList();
  }

  static List<Sample> estimators() {
    return samples.stream().filter(sample -> sample.stage() instanceof Estimator<?>).toList();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void paramsAreInOrder(Sample sample) {
    SparkTestKit.checkParams(sample.stage());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void savedStagesComeBack(Sample sample) {
    PipelineStage loaded = readWrite(sample.stage());
    assertThat(loaded).hasSameClassAs(sample.stage());
    if (loaded instanceof Transformer transformer) {
      RowComparison.assertClose(
          sorted(transformer.transform(sample.rows())),
          sorted(((Transformer) sample.stage()).transform(sample.rows())));
    }
  }

  @SuppressWarnings("unchecked") // the kit asks for both types at once
  private static <T extends Params & MLWritable> PipelineStage readWrite(PipelineStage stage) {
    return (PipelineStage) kit.testReadWrite((T) stage);
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.<Long>getAs("id")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void streamsAndTablesGiveTheSame(Sample sample) {
    Transformer stage = (Transformer) sample.stage();
    Dataset<Row> result = stage.transform(sample.rows());
    Map<Long, Row> expected = new HashMap<>();
    int id = result.schema().fieldIndex("id");
    for (Row row : result.collectAsList()) {
      expected.put(row.getLong(id), row);
    }
    assertThat(expected).hasSize(StageSamples.ROWS);
    kit.testTransformer(
        sample.rows(),
        stage,
        Arrays.asList(result.columns()),
        row -> RowComparison.assertClose(row, expected.get(row.getLong(id))));
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void modelsKnowTheirEstimator(Sample sample) {
    Model<?> model = (Model<?>) samples.get(samples.indexOf(sample) + 1).stage();
    SparkTestKit.checkCopyAndUids((Estimator<?>) sample.stage(), model);
  }

  @Test
  void numbersOfEveryTypeGiveTheSameRegression() {
    kit.<NetworkRegressionModel, NetworkRegressor>checkNumericTypes(
        new NetworkRegressor().setLayers(1, 1).setMaxIter(1).setWorkers(1),
        false,
        (expected, actual) ->
            assertThat(actual.snapshot().parameters()).isEqualTo(expected.snapshot().parameters()));
  }

  @Test
  void numbersOfEveryTypeGiveTheSameLinearClassifier() {
    kit.<AveragedLinearModel, AveragedLinear>checkNumericTypes(
        new AveragedLinear().setMaxIter(1),
        true,
        (expected, actual) ->
            assertThat(actual.linearWeights()).isEqualTo(expected.linearWeights()));
  }

  @Test
  void aLinearClassifierPredictsByEachMethodAlike() {
    Dataset<Row> rows = TestData.clouds(30);
    for (String loss : List.of("perceptron", "logistic")) {
      AveragedLinearModel model = new AveragedLinear().setLoss(loss).fit(rows);
      kit.testPredictMethods(model, rows);
      kit.testPredictionModelSinglePrediction(model, rows);
      kit.testClassificationModelSingleRawPrediction(model, rows);
      kit.testProbClassificationModelSingleProbPrediction(model, rows);
    }
  }
}
