// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionSuite;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.JavaConverters;

/**
 * What Spark's MultilayerPerceptronClassifierSuite expects of the perceptron holds for {@link
 * NetworkClassifier} with the same layers, on the same rows, by the same checks.
 */
class PerceptronSuiteTest {
  private static SparkTestKit kit;
  private static Dataset<Row> xor;
  private static NetworkClassifier xorClassifier;
  private static NetworkClassificationModel xorModel;

  @BeforeAll
  static void startSpark() {
    kit = SparkTestKit.start();
    xor = kit.exclusiveOr().coalesce(1);
    xorClassifier = classifier(2, 5, 2).setMaxIter(100);
    xorModel = xorClassifier.fit(xor);
  }

  @AfterEach
  void nothingIsLeftOpen() {
    kit.requireClosedFiles();
  }

  @AfterAll
  static void stopSpark() {
    kit.close();
  }

  private static NetworkClassifier classifier(int... layers) {
    return new NetworkClassifier()
        .setLayers(layers)
        .setWorkers(1)
        .setBatchSize(4)
        .setSeed(123)
        .setQuantizer("none")
        .setLearningRate(0.1);
  }

  private static Dataset<Row> frame(List<Row> rows) {
    return kit.session()
        .createDataFrame(
            rows,
            new StructType().add("features", SQLDataTypes.VectorType()).add("label", "double"))
        .coalesce(1);
  }

  @Test
  void layersAreChecked() {
    for (int[] wrong : new int[][] {{}, {1}, {0, 1}, {1, 0}}) {
      assertThatIllegalArgumentException()
          .as(Arrays.toString(wrong))
          .isThrownBy(() -> new NetworkClassifier().setLayers(wrong));
    }
    // Spark also takes one class, which can be no result
    assertThat(new NetworkClassifier().setLayers(1, 2).getLayers()).containsExactly(1, 2);
  }

  @Test
  void theColumnsHaveTheSameNamesByDefault() {
    MultilayerPerceptronClassifier theirs = new MultilayerPerceptronClassifier();
    NetworkClassifier ours = new NetworkClassifier();
    Set<String> shared =
        Arrays.stream(theirs.params())
            .map(Param::name)
            .filter(name -> name.endsWith("Col"))
            .collect(Collectors.toSet());
    assertThat(shared).hasSize(5);
    for (String name : shared) {
      assertThat(ours.getOrDefault(ours.getParam(name)))
          .isEqualTo(theirs.getOrDefault(theirs.getParam(name)));
    }
    assertThat(ours.isDefined(ours.thresholds())).isFalse();
    assertThat(theirs.isDefined(theirs.thresholds())).isFalse();
  }

  @Test
  void theExclusiveOrIsLearned() {
    SparkTestKit.checkCopyAndUids(xorClassifier, xorModel);
    List<Row> rows = xorModel.transform(xor).collectAsList();
    assertThat(rows).hasSize(4);
    for (Row row : rows) {
      assertThat(row.<Double>getAs("prediction")).isEqualTo(row.getAs("label"));
      Vector probability = row.getAs("probability");
      assertThat(probability.apply((int) row.<Double>getAs("label").doubleValue()))
          .isGreaterThan(0.9);
    }
    assertThat(xorModel.summary().orElseThrow().lossPerEpoch()).hasSize(100);
  }

  @Test
  void singleRowsArePredictedAsInTables() {
    kit.testPredictionModelSinglePrediction(xorModel, xor);
    for (Row row : xorModel.transform(xor).collectAsList()) {
      Vector features = row.getAs("features");
      assertThat(xorModel.predictProbability(features).toArray())
          .containsExactly(row.<Vector>getAs("probability").toArray(), within(1e-3));
    }
  }

  @Test
  void probabilitiesAreCalibratedWhereARowIsOfBothClasses() {
    Dataset<Row> strong =
        frame(
            List.of(
                RowFactory.create(Vectors.dense(1, 2, 3, 4), 0.0),
                RowFactory.create(Vectors.dense(4, 3, 2, 1), 1.0),
                RowFactory.create(Vectors.dense(1, 1, 1, 1), 0.0),
                RowFactory.create(Vectors.dense(1, 1, 1, 1), 1.0)));
    double[][] expected = {{1, 0}, {0, 1}, {0.5, 0.5}, {0.5, 0.5}};
    NetworkClassificationModel model = classifier(4, 5, 2).setMaxIter(300).fit(strong);
    List<Row> rows = model.transform(strong).collectAsList();
    for (int i = 0; i < expected.length; i++) {
      assertThat(rows.get(i).<Vector>getAs("probability").toArray())
          .containsExactly(expected[i], within(1e-3));
    }
    kit.testPredictMethods(model, strong);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void thresholdsDecide(double threshold) {
    NetworkClassificationModel model = xorModel.copy(xorModel.extractParamMap());
    model.setThresholds(new double[] {threshold, 1 - threshold});
    assertThat(model.transform(xor).select("prediction").distinct().collectAsList())
        .containsExactly(RowFactory.create(threshold));
  }

  @Test
  void equalFirstWeightsAndStepsGiveEqualWeights() {
    NetworkClassifier once = classifier(2, 5, 2).setSeed(12).setMaxIter(1);
    assertThat(parameters(once.fit(xor))).isEqualTo(parameters(once.fit(xor)));
  }

  private static float[] parameters(NetworkClassificationModel model) {
    return model.snapshot().parameters();
  }

  @Test
  void threeClassesBehindTwoHiddenLayersAreToldApartAsByLogisticRegression() {
    double[] coefficients = { // those of the suite: irises
      -0.57997, 0.912083, -0.371077, -0.819866, 2.688191, //
      -0.16624, -0.84355, -0.048509, -0.301789, 4.170682
    };
    Dataset<Row> data =
        frame(
            JavaConverters.seqAsJavaList(
                    LogisticRegressionSuite.generateMultinomialLogisticInput(
                        coefficients,
                        new double[] {5.843, 3.057, 3.758, 1.199},
                        new double[] {0.6856, 0.1899, 3.116, 0.581},
                        true,
                        1000,
                        1))
                .stream()
                .map(point -> RowFactory.create(point.features(), point.label()))
                .toList());
    NetworkClassificationModel model =
        classifier(4, 5, 4, 3)
            .setSeed(11)
            .setBatchSize(50)
            .setLearningRate(0.01)
            .setMaxIter(60)
            .fit(data);
    assertThat(model.numFeatures()).isEqualTo(4);
    long[][] counts = confusion(model.transform(data));
    long[][] expected =
        confusion(new LogisticRegression().setMaxIter(100).fit(data).transform(data));
    for (int label = 0; label < 3; label++) {
      for (int predicted = 0; predicted < 3; predicted++) {
        assertThat(counts[label][predicted])
            .as("%s beside %s", Arrays.deepToString(counts), Arrays.deepToString(expected))
            .isCloseTo(expected[label][predicted], within(100L));
      }
    }
  }

  private static long[][] confusion(Dataset<Row> predicted) {
    long[][] counts = new long[3][3];
    for (Row row : predicted.select("label", "prediction").collectAsList()) {
      counts[(int) row.getDouble(0)][(int) row.getDouble(1)]++;
    }
    return counts;
  }

  @Test
  void estimatorsAndModelsAreSavedAndLoaded() {
    NetworkClassifier classifier =
        classifier(2, 3, 2)
            .setMaxIter(5)
            .setFeaturesCol("myFeatures")
            .setLabelCol("myLabel")
            .setPredictionCol("myPrediction");
    assertThat(kit.testReadWrite(classifier).getLayers()).containsExactly(2, 3, 2);
    NetworkClassificationModel loaded = kit.testReadWrite(xorModel);
    assertThat(parameters(loaded)).isEqualTo(parameters(xorModel));
    assertThat(loaded.getLayers()).isEqualTo(xorModel.getLayers());
  }

  @Test
  void labelsAndWeightsOfEveryNumericTypeGiveTheSameModel() {
    kit.<NetworkClassificationModel, NetworkClassifier>checkNumericTypes(
        classifier(3, 2).setMaxIter(1),
        true,
        (expected, actual) -> assertThat(parameters(actual)).isEqualTo(parameters(expected)));
  }
}
