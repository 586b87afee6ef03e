// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.training.ConsoleProgress;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingListener;

class FitTest {

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private static double accuracy(Dataset<Row> predicted) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predicted);
  }

  @Test
  void twoWorkersLearnHandwrittenDigits() {
    NetworkClassificationModel model =
        new NetworkClassifier()
            .setLayers(64, 64, 10)
            .setLearningRate(0.005)
            .setBatchSize(16)
            .setMaxIter(20)
            .setTargetDensity(0.02)
            .setWorkers(2)
            .fit(TestData.digits("train"));
    Dataset<Row> predicted = model.transform(TestData.digits("test"));
    assertThat(accuracy(predicted)).isGreaterThan(0.93);
    TrainingSummary summary = model.summary().orElseThrow();
    assertThat(summary.workers()).isEqualTo(2);
    assertThat(summary.executors()).isEqualTo(1);
    assertThat(summary.lossPerEpoch()).hasSize(20);
    assertThat(summary.parametersSha256()).isEqualTo(model.snapshot().parametersSha256());
    assertThat(model.numFeatures()).isEqualTo(64);
    assertThat(model.numClasses()).isEqualTo(10);
    for (Row row : predicted.limit(20).collectAsList()) {
      Vector features = row.getAs("features");
      assertThat(model.predictProbability(features).toArray())
          .containsExactly(row.<Vector>getAs("probability").toArray(), within(1e-5));
    }
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
    Dataset<Row> data = TestData.clouds(200);
    String first = sha256(TestData.classifier().setSeed(1).fit(data));
    assertThat(sha256(TestData.classifier().setSeed(1).fit(data))).isEqualTo(first);
    assertThat(sha256(TestData.classifier().setSeed(2).fit(data))).isNotEqualTo(first);
  }

  private static String sha256(NetworkClassificationModel model) {
    return model.summary().orElseThrow().parametersSha256();
  }

  @Test
  void layersAndTheSameConfigurationGiveTheSameBits() {
    Dataset<Row> data = TestData.clouds(100);
    NetworkClassifier byLayers = TestData.classifier();
    NetworkClassifier byConfiguration = TestData.classifier();
    byConfiguration.clear(byConfiguration.layers());
    byConfiguration.clear(byConfiguration.learningRate());
    byConfiguration.setConfiguration(
        NetworkKind.CLASSIFIER.ofLayers(
            byLayers.getLayers(), byLayers.getLearningRate(), byLayers.getSeed()));
    assertThat(sha256(byConfiguration.fit(data))).isEqualTo(sha256(byLayers.fit(data)));
  }

  @Test
  void storageOfFeaturesAndTypeOfLabelDoNotMatter() {
    Dataset<Row> data = TestData.clouds(100).cache();
    String expected = sha256(TestData.classifier().fit(data));
    Dataset<Row> other =
        data.withColumn("features", functions.vector_to_array(data.col("features"), "float64"))
            .withColumn("label", data.col("label").cast("decimal(3,1)"));
    assertThat(sha256(TestData.classifier().fit(other))).isEqualTo(expected);
  }

  @Test
  void columnNamesWithDotsWork() {
    Dataset<Row> renamed =
        TestData.clouds(60)
            .withColumnRenamed("features", "all.features")
            .withColumnRenamed("label", "The.Label");
    NetworkClassificationModel model =
        TestData.classifier()
            .setFeaturesCol("all.features")
            .setLabelCol("The.Label")
            .setPredictionCol("a.prediction")
            .fit(renamed);
    assertThat(model.transform(renamed).columns()).contains("The.Label", "a.prediction");
  }

  @Test
  void theModelHasItsEstimatorsUidParentAndParams() {
    NetworkClassifier classifier =
        TestData.classifier().setPredictionCol("p").setThresholds(new double[] {0, 1, 1});
    Dataset<Row> data = TestData.clouds(30);
    NetworkClassificationModel model = classifier.fit(data);
    assertThat(model.uid()).isEqualTo(classifier.uid());
    assertThat(model.parent()).isSameAs(classifier);
    assertThat(model.copy(ParamMap.empty()).parent()).isSameAs(classifier);
    assertThat(model.getPredictionCol()).isEqualTo("p");
    assertThat(model.getBatchSize()).isEqualTo(8);
    assertThat(model.transform(data).filter("p = 0").count()).isEqualTo(30);
    assertThat(model.transform(data).schema()).isEqualTo(classifier.transformSchema(data.schema()));
  }

  @Test
  void paramsGivenToFitHoldForThatFitOnly() {
    NetworkClassifier classifier = TestData.classifier();
    NetworkClassificationModel model =
        classifier.fit(TestData.clouds(30), ParamMap.empty().put(classifier.maxIter(), (Object) 2));
    assertThat(model.summary().orElseThrow().lossPerEpoch()).hasSize(2);
    assertThat(classifier.getMaxIter()).isEqualTo(5);
  }

  @Test
  void everySharingSettingTrains() {
    Dataset<Row> data = TestData.clouds(90);
    List<NetworkClassifier> settings =
        List.of(
            TestData.classifier().setQuantizer("none"),
            TestData.classifier().setAggregation("sum"),
            withThreshold(),
            TestData.classifier().setWorkers(1),
            TestData.classifier().setSynchrony("pipelined"),
            TestData.classifier().setSynchrony("async"),
            TestData.classifier().setQuantizer("none").setLocalSteps(2),
            TestData.classifier().setMinWorkers(1).setNonFinite("skip"),
            TestData.classifier().setWorkers(0).setStoreMemoryBytes(0));
    for (NetworkClassifier setting : settings) {
      NetworkClassificationModel model = setting.setMaxIter(8).fit(data);
      assertThat(accuracy(model.transform(data)))
          .as(setting.extractParamMap().toString())
          .isGreaterThan(0.9);
    }
  }

  private static NetworkClassifier withThreshold() {
    NetworkClassifier classifier = TestData.classifier().setUpdateThreshold(1e-3);
    classifier.clear(classifier.targetDensity());
    return classifier;
  }

  @Test
  void skippedRowsDoNotTrain() {
    Dataset<Row> data = TestData.clouds(60);
    Dataset<Row> half =
        data.selectExpr("id", "case when id < 30 then features end as features", "label");
    NetworkClassifier classifier = TestData.classifier().setMaxIter(1).setHandleInvalid("skip");
    assertThat(classifier.fit(half).summary().orElseThrow().rows())
        .isBetween(30L, 47L); // a short worker goes on from its start until the epoch ends
  }

  @Test
  void listenersAreToldAndSurviveACopy() {
    List<String> events = new ArrayList<>();
    NetworkClassifier classifier = TestData.classifier().setListeners(List.of(recorder(events)));
    classifier.copy(ParamMap.empty()).fit(TestData.clouds(60));
    assertThat(events).endsWith("complete");
  }

  private static TrainingListener recorder(List<String> events) {
    return event -> events.add(event instanceof TrainingEvent.Completed ? "complete" : "other");
  }

  private static List<TrainingListener> listeners(NetworkClassifier classifier) {
    return new NetworkFit<>(classifier, FitStart.NEW).listeners();
  }

  @Test
  void progressNamesAListener() {
    assertThat(new NetworkClassifier().getProgress()).isEqualTo("auto");
    assertThat(listeners(new NetworkClassifier())).isEmpty();
    assertThat(listeners(new NetworkClassifier().setProgress("none"))).isEmpty();
    assertThat(listeners(new NetworkClassifier().setProgress("console")))
        .hasOnlyElementsOfType(ConsoleProgress.class);
  }
}
