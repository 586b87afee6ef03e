// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.network.NetworkSnapshot;

class RegressionTest {

  private static final int FEATURES = 4;
  private static final RegressionEvaluator R2 = new RegressionEvaluator().setMetricName("r2");

  private static Dataset<Row> data;

  /** y = |x0| + x1 - x2 / 2, which no line fits. */
  @BeforeAll
  static void makeData() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double[] x = random.doubles(FEATURES, -2, 2).toArray();
      double y = Math.abs(x[0]) + x[1] - x[2] / 2;
      rows.add(RowFactory.create((long) i, Vectors.dense(x), y));
    }
    StructType schema = TestData.SCHEMA; // id, features, label
    data = TestData.frame(rows, schema).cache();
  }

  /** A model with first weights. */
  static NetworkRegressionModel model() {
    return new NetworkRegressionModel(
        "model",
        NetworkSnapshot.initial(
            NetworkKind.REGRESSOR.ofLayers(new int[] {FEATURES, 8, 1}, 0.01, 5)));
  }

  private static NetworkRegressor regressor() {
    return new NetworkRegressor()
        .setLayers(FEATURES, 16, 1)
        .setLearningRate(0.01)
        .setBatchSize(16)
        .setMaxIter(25)
        .setQuantizer("none")
        .setWorkers(2);
  }

  @Test
  void learnsWhatNoLineFits() {
    NetworkRegressionModel model = regressor().fit(data);
    Dataset<Row> predicted = model.transform(data);
    double line = R2.evaluate(new LinearRegression().fit(data).transform(data));
    assertThat(R2.evaluate(predicted)).isGreaterThan(0.97).isGreaterThan(line + 0.1);
    TrainingSummary summary = model.summary().orElseThrow();
    assertThat(summary.lossPerEpoch()).hasSize(25);
    assertThat(model.numFeatures()).isEqualTo(FEATURES);
    for (Row row : predicted.limit(20).collectAsList()) {
      assertThat(model.predict(row.<Vector>getAs("features")))
          .isCloseTo(row.<Double>getAs("prediction"), within(1e-5));
    }
  }

  @Test
  void validationGivesErrorsOfNumbers() {
    NetworkRegressionModel model =
        regressor()
            .setMaxIter(30)
            .setValidationFraction(0.2)
            .setEarlyStoppingMetric("mse")
            .setEarlyStoppingTarget(0.2)
            .fit(data);
    TrainingSummary summary = model.summary().orElseThrow();
    assertThat(summary.lossPerEpoch()).hasSizeLessThan(30);
    assertThat(summary.validationPerEpoch())
        .allSatisfy(figures -> assertThat(figures).containsKeys("loss", "mse", "mae"));
  }

  @Test
  void earlyStoppingNamesTheFiguresOfNumbers() {
    assertThatThrownBy(() -> regressor().setPatience(2).fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set it to loss, mse or mae");
    assertThatThrownBy(() -> regressor().setEarlyStoppingMetric("accuracy"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("earlyStoppingMetric must be loss, mse or mae, or empty, but is 'accuracy'");
  }

  @Test
  void worksInPipelinesAndCrossValidationAndIsSaved(@TempDir Path folder) throws Exception {
    StandardScaler scaler = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    NetworkRegressor regressor = regressor().setMaxIter(4);
    regressor.setFeaturesCol("scaled").setPredictionCol("the.prediction");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {scaler, regressor});
    PipelineModel model = pipeline.fit(data);
    model.save(folder.resolve("pipeline").toString());
    Dataset<Row> again = PipelineModel.load(folder.resolve("pipeline").toString()).transform(data);
    assertThat(again.collectAsList()).isEqualTo(model.transform(data).collectAsList());
    assertThat(again.columns())
        .containsExactly(pipeline.transformSchema(data.schema()).fieldNames());

    NetworkRegressor candidate = regressor().setMaxIter(6);
    double[] metrics =
        new CrossValidator()
            .setEstimator(candidate)
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(candidate.learningRate(), new double[] {1e-6, 0.02})
                    .build())
            .setEvaluator(R2)
            .setNumFolds(2)
            .setSeed(3)
            .fit(data)
            .avgMetrics();
    assertThat(metrics[1]).isGreaterThan(0.5).isGreaterThan(metrics[0]);
  }

  @Test
  void aModelCanBeMadeOfANetworkThatWasFittedElsewhere() {
    NetworkRegressionModel model = model();
    assertThat(model.summary()).isEmpty();
    assertThat(model.transform(data.limit(3)).count()).isEqualTo(3);
    assertThat(model.copy(ParamMap.empty()).snapshot()).isSameAs(model.snapshot());
  }

  @Test
  void theNetworkMustGiveOneNumber() {
    assertThatThrownBy(() -> new NetworkRegressor().setLayers(4, 8, 2))
        .hasMessage("layers of a regressor must end with its one output, 1, but is [4, 8, 2]");
    NetworkRegressor classes =
        new NetworkRegressor()
            .setConfiguration(NetworkKind.CLASSIFIER.ofLayers(new int[] {4, 3}, 0.1, 1));
    assertThatThrownBy(() -> classes.fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has softmax activation, which gives probabilities")
        .hasMessageContaining("take NetworkClassifier");
    assertThatThrownBy(() -> new NetworkRegressionModel("m", TestData.model().snapshot()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NetworkRegressionModel("m").transform(data))
        .hasMessage(
            "m must have a network, but was made without one; fit a NetworkRegressor, or load a saved model");
  }
}
