// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.ml.search.HyperparameterSearch;
import org.sparkstrom.ml.search.HyperparameterSearchModel;
import org.sparkstrom.ml.search.SearchSpace;

/** Spark's pipelines, evaluators and model selection take {@link NetworkEstimator}. */
class NetworkEstimatorSelectionTest {

  private static final String SLOW = regression(1e-6).toJson();
  private static final String FAST = regression(0.03).toJson();

  private static Dataset<Row> clouds;

  @BeforeAll
  static void makeData() {
    clouds = TestData.clouds(90).coalesce(1).cache();
  }

  private static MultiLayerConfiguration regression(double learningRate) {
    return EstimatorData.layers(
        learningRate,
        EstimatorData.dense(TestData.FEATURES, 8),
        EstimatorData.output(LossFunction.MSE, Activation.IDENTITY, 8, 1));
  }

  private static NetworkEstimator estimator() {
    return new NetworkEstimator().setWorkers(1).setBatchSize(15).setMaxIter(9).setQuantizer("none");
  }

  @Test
  void crossValidatorPicksTheBetterConfigurationOfAPipeline(@TempDir Path folder) throws Exception {
    RegressionEvaluator rmse = new RegressionEvaluator();
    StandardScaler scaler = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    NetworkEstimator estimator = estimator().setFeaturesCols("scaled");
    ParamMap[] grid = new SearchSpace().values(estimator.configuration(), SLOW, FAST).grid();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(new Pipeline().setStages(new PipelineStage[] {scaler, estimator}))
            .setEstimatorParamMaps(grid)
            .setEvaluator(rmse)
            .setNumFolds(2)
            .setSeed(3)
            .fit(clouds);
    assertThat(model.avgMetrics()[1]).isLessThan(0.8 * model.avgMetrics()[0]);

    String path = folder.resolve("model").toString();
    model.save(path);
    CrossValidatorModel loaded = CrossValidatorModel.load(path);
    assertThat(loaded.transform(clouds).collectAsList())
        .isEqualTo(model.transform(clouds).collectAsList());
    NetworkModel best = (NetworkModel) ((PipelineModel) loaded.bestModel()).stages()[1];
    assertThat(best.getConfiguration()).isEqualTo(FAST);
  }

  @Test
  void theClassOfASoftmaxOutputIsWhatEvaluatorsTake() {
    NetworkModel model =
        estimator()
            .setConfiguration(
                EstimatorData.layers(
                    0.03,
                    EstimatorData.dense(TestData.FEATURES, 8),
                    EstimatorData.softmax(8, TestData.CLASSES)))
            .fit(clouds);
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator()
            .setPredictionCol("prediction_class")
            .setProbabilityCol("prediction");
    Dataset<Row> predicted = model.transform(clouds);
    assertThat(evaluator.setMetricName("accuracy").evaluate(predicted)).isGreaterThan(0.9);
    assertThat(evaluator.setMetricName("logLoss").evaluate(predicted)).isLessThan(0.6);
  }

  @Test
  void theSearchGoesOnFromCheckpoints(@TempDir Path folder) {
    Dataset<Row> pairs = EstimatorData.pairs(48).cache();
    NetworkEstimator estimator = EstimatorData.ofPairs(new Adam(1)).setBatchSize(12);
    estimator.clear(estimator.configuration());
    ParamMap[] candidates =
        new SearchSpace()
            .values(
                estimator.configuration(),
                EstimatorData.graph(new Adam(1e-6)).toJson(),
                EstimatorData.graph(new Adam(0.03)).toJson())
            .grid();
    HyperparameterSearchModel model =
        new HyperparameterSearch(
                estimator,
                new MulticlassClassificationEvaluator()
                    .setLabelCol("kind")
                    .setPredictionCol("kind_prediction_class")
                    .setMetricName("accuracy"),
                candidates)
            .setStrategy("successive_halving")
            .setMaxResource(9)
            .setCheckpointDir(folder.resolve("trials").toString())
            .fit(pairs);
    NetworkModel best = (NetworkModel) model.bestModel();
    assertThat(best.getConfiguration()).isEqualTo(EstimatorData.graph(new Adam(0.03)).toJson());
  }

  @Test
  void batchesOfAStreamTrainOneNetwork(@TempDir Path folder) {
    Incremental<NetworkModel> training =
        Incremental.of(
            estimator().setMaxIter(1).setConfiguration(regression(0.03)),
            folder.resolve("models").toString());
    training.call(clouds, 0L);
    training.call(clouds, 1L);
    assertThat(training.model().orElseThrow().snapshot().epoch()).isEqualTo(2);
  }
}
