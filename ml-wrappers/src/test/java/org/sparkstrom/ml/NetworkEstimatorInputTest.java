// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.feature.VectorSizeHint;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.AbstractThrowableAssert;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every mistake on the way to a fit of any network, and what the user reads before any job. */
class NetworkEstimatorInputTest {

  private static final String NETWORK =
      "the network has the inputs 'left' (vector of 3), 'right' (vector of 2) and the outputs 'kind'"
          + " (vector of 3, labels are class indices), 'place' (vector of 2)";

  private static Dataset<Row> pairs;

  @BeforeAll
  static void makeData() {
    pairs = EstimatorData.pairs(8);
  }

  private static NetworkEstimator estimator() {
    return EstimatorData.ofPairs(new Sgd(0.1)).setMaxIter(1);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      NetworkEstimator estimator, Dataset<Row> rows) {
    return assertThatThrownBy(() -> estimator.fit(rows))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachInputAndOutputMustHaveAColumn() {
    assertRefused(estimator().setFeaturesCols("left"), pairs)
        .hasMessage(
            "each input of the network must have a features column, but there are 2 inputs and 1"
                + " columns, [left]; "
                + NETWORK
                + ". Name one column for each, in this order; several of one input go into a vector first"
                + " (VectorAssembler).");
    assertRefused(estimator().setLabelCols("kind", "place", "id"), pairs)
        .hasMessage(
            "each output of the network must have a label column, but there are 2 outputs and 3"
                + " columns, [kind, place, id]; "
                + NETWORK
                + ". Name one column for each, in this order; several of one output go into a vector first"
                + " (VectorAssembler).");
    assertRefused(estimator().setOutputCols("p"), pairs)
        .hasMessage(
            "outputCols must name a column for each output of the network, but is [p]; " + NETWORK);
    assertThatThrownBy(
            () -> EstimatorData.model().setFeaturesCols("left", "right", "id").transform(pairs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "featuresCols must name a column for each input of the network, but is [left, right,"
                + " id]; "
                + NETWORK);
  }

  @Test
  void columnsMustHoldWhatTheNetworkTakes() {
    assertRefused(estimator().setFeaturesCols("left", "held.back"), pairs)
        .hasMessageContaining("features column 'held.back' does not exist")
        .hasMessageEndingWith("Set featuresCols, or rename the column.");
    assertRefused(estimator().setLabelCols("kind", "where"), pairs)
        .hasMessageStartingWith("label column 'where' does not exist")
        .hasMessageEndingWith("Set labelCols, or rename the column.");
    assertRefused(estimator().setLabelCols("place", "kind"), pairs)
        .hasMessageContaining("Column place must be of type numeric");
    assertThatThrownBy(
            () ->
                new NetworkEstimator()
                    .setConfiguration(EstimatorData.recurrent())
                    .setFeaturesCols("left")
                    .setLabelCols("kind")
                    .transformSchema(pairs.schema()))
        .hasMessageContaining(
            "features column 'left' must be an array with an element for each step");
    assertRefused(estimator().setOutputCols("id", "p"), pairs)
        .hasMessage("output column 'id' exists already; drop it or choose another name");
    assertRefused(estimator().setOutputCols("p", "p"), pairs)
        .hasMessage("output column 'p' exists already; drop it or choose another name");
  }

  @Test
  void sizesThatColumnsDeclareAreCompared() {
    Dataset<Row> sized =
        new VectorSizeHint()
            .setInputCol("left")
            .setSize(3)
            .setHandleInvalid("optimistic")
            .transform(pairs);
    assertRefused(estimator().setFeaturesCols("right", "left"), sized)
        .hasMessage(
            "column 'left' is for 'right' (vector of 2), but has vectors of 3; name another column"
                + " or change the network, which has the"
                + NETWORK.substring("the network has the".length()));
    assertRefused(estimator().setLabelCols("kind", "left"), sized)
        .hasMessageStartingWith("column 'left' is for 'place' (vector of 2), but has vectors of 3");
  }

  @Test
  void classWeightsMustBeOneForEachClassOfOneOutput() {
    for (double[] weights : List.of(new double[] {1, 2}, new double[] {1, 2, 3, 4})) {
      assertThatThrownBy(() -> estimator().setClassWeights(weights).transformSchema(pairs.schema()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "classWeights must be one for each of the network's 3 classes, but are %d; set 3",
              weights.length);
    }
    NetworkEstimator ofNumbers =
        new NetworkEstimator()
            .setConfiguration(
                EstimatorData.layers(
                    0.1, EstimatorData.output(LossFunction.MSE, Activation.IDENTITY, 3, 2)))
            .setFeaturesCols("left")
            .setLabelCols("place")
            .setClassWeights(1, 2);
    assertRefused(ofNumbers, pairs)
        .hasMessage(
            "classWeights need a network with exactly one output of classes, but of its outputs"
                + " [output] there are 0; clear classWeights, and set weightCol instead");
    assertThat(estimator().setClassWeights(1, 2, 3).transformSchema(pairs.schema()).fieldNames())
        .contains("kind_prediction");
  }

  @Test
  void theNetworkMustBeGivenOnceAndBeOne() {
    assertRefused(new NetworkEstimator("e"), pairs)
        .hasMessage(
            "e must have a configuration or an initial model, but has neither; set one of them");
    assertRefused(estimator().setInitialModel(EstimatorData.model()), pairs)
        .hasMessageContaining(
            "has an initial model, which brings its network and updater, but configuration is set");
    assertThatThrownBy(() -> estimator().setConfiguration("{\"layers\": []}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it has neither the layers 'confs' nor the graph's 'vertices'");
    assertThatThrownBy(
            () ->
                new NetworkClassifier()
                    .setConfiguration(EstimatorData.graph(new Sgd(0.1)).toJson()))
        .hasMessageContaining("NetworkEstimator takes those");
  }

  @Test
  void everyOutputMustHaveALoss() {
    NetworkEstimator layers =
        new NetworkEstimator()
            .setConfiguration(EstimatorData.layers(0.1, EstimatorData.dense(3, 2)));
    assertRefused(layers.setFeaturesCols("left").setLabelCols("place"), pairs)
        .hasMessageContaining("must be an output layer, but output is DenseLayer");
    NetworkEstimator graph =
        new NetworkEstimator()
            .setConfiguration(
                new NeuralNetConfiguration.Builder()
                    .graphBuilder()
                    .addInputs("left")
                    .addLayer("hidden", EstimatorData.dense(3, 4), "left")
                    .addLayer(
                        "place",
                        EstimatorData.output(LossFunction.MSE, Activation.IDENTITY, 4, 2),
                        "hidden")
                    .setOutputs("place", "hidden")
                    .build());
    assertRefused(graph.setFeaturesCols("left").setLabelCols("place", "place"), pairs)
        .hasMessageContaining("must be an output layer, but hidden is DenseLayer");
  }

  @Test
  void modelsWithoutANetworkAndOfTheOtherKindSaySo() {
    assertThatThrownBy(() -> new NetworkModel("m").transform(pairs))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "m must have a network, but was made without one; fit a NetworkEstimator, or load a saved model");
    assertThatThrownBy(() -> EstimatorData.model().network())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must be a MultiLayerNetwork, but is a ComputationGraph");
  }

  @Test
  void valuesAreValidated() {
    assertThatThrownBy(() -> new NetworkEstimator().setFeaturesCols())
        .hasMessage("featuresCols must be at least one name, none of them empty, but is []");
    assertThatThrownBy(() -> new NetworkEstimator().setLabelCols("a", ""))
        .hasMessage("labelCols must be at least one name, none of them empty, but is [a, ]");
    assertThatThrownBy(() -> estimator().setPatience(2).fit(pairs))
        .hasMessageContaining(
            "set it to loss, accuracy, mse or mae (of several outputs all but the loss with"
                + " 'NAME/' before)");
    assertThatThrownBy(() -> estimator().setEarlyStoppingMetric("kind/f1"))
        .hasMessageContaining("earlyStoppingMetric must be loss, accuracy, mse or mae")
        .hasMessageEndingWith("or empty, but is 'kind/f1'");
    assertThatThrownBy(() -> estimator().setEarlyStoppingMetric("accuracy").fit(pairs))
        .hasMessageContaining("[loss, kind/accuracy, place/mse, place/mae]");
  }

  /** Spark tells of jobs in their order, so what was started before the last one is known then. */
  @Test
  void refusalsStartNoJob() throws InterruptedException {
    List<String> jobs = new CopyOnWriteArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            String description = start.properties().getProperty("spark.job.description", "");
            jobs.add(description);
            if (description.equals("the last one")) {
              last.countDown();
            }
          }
        };
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();
    spark.sc().addSparkListener(listener);
    try {
      assertRefused(estimator().setFeaturesCols("left"), pairs);
      assertRefused(estimator().setClassWeights(1, 1, 1, 1), pairs)
          .hasMessageContaining("classWeights must be one for each");
      assertRefused(estimator(), stream)
          .hasMessageStartingWith("the data to fit must have an end, but is a stream;");
      spark.setJobDescription("the last one");
      assertThat(spark.parallelize(List.of(1)).count()).isEqualTo(1);
      assertThat(last.await(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      spark.setJobDescription(null);
      spark.sc().removeSparkListener(listener);
    }
    assertThat(jobs).containsExactly("the last one");
  }
}
