// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.assertj.core.api.AbstractThrowableAssert;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Every mistake on the way to a fit, and what the user reads. */
class BadInputTest {

  private static Dataset<Row> data;

  @BeforeAll
  static void makeData() {
    data = TestData.clouds(30).cache();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      NetworkClassifier classifier, Dataset<Row> rows) {
    return assertThatThrownBy(() -> classifier.fit(rows))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Dataset<Row> with(Object features, Object label) {
    List<Row> rows = new ArrayList<>(data.collectAsList());
    rows.add(RowFactory.create(99L, features, label));
    return TestSpark.session().createDataFrame(rows, TestData.SCHEMA).coalesce(1);
  }

  @Test
  void theNetworkMustBeGivenOnce() {
    NetworkClassifier neither = new NetworkClassifier("c");
    assertRefused(neither, data)
        .hasMessage("c must have either configuration or layers, but has neither; set one of them");
    assertRefused(neither.setLayers(4, 3).setConfiguration(network(softmax(4, 3))), data)
        .hasMessage("c must have either configuration or layers, but has both; set one of them");
  }

  @Test
  void layersMustBeSizes() {
    assertThatThrownBy(() -> new NetworkClassifier().setLayers(4))
        .hasMessageEndingWith("all at least 1, but is [4]");
    assertThatThrownBy(() -> new NetworkClassifier().setLayers(4, 0, 3))
        .hasMessageEndingWith("all at least 1, but is [4, 0, 3]");
    assertThatThrownBy(() -> new NetworkClassifier().setLayers(4, 1))
        .hasMessage("layers must end with the number of classes, at least 2, but is [4, 1]");
  }

  @Test
  void theConfigurationMustBeReadable() {
    assertThatThrownBy(() -> new NetworkClassifier().setConfiguration("{\"confs\": [}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "configuration must be a DL4J MultiLayerConfiguration as JSON (its toJson()), but DL4J "
                + "cannot read it: ");
    assertThatThrownBy(() -> new NetworkClassifier().setConfiguration("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but has no list 'confs' of layers");
  }

  private static OutputLayer softmax(int inputs, int outputs) {
    return new OutputLayer.Builder()
        .nIn(inputs)
        .nOut(outputs)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerConfiguration network(Layer layer) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(layer)
        .validateOutputLayerConfig(false)
        .build();
  }

  private static NetworkClassifier of(Layer layer) {
    return new NetworkClassifier().setConfiguration(network(layer));
  }

  @Test
  void theNetworkMustBeAClassifier() {
    assertRefused(of(new DenseLayer.Builder().nIn(4).nOut(3).build()), data)
        .hasMessageContaining(
            "last layer must be an OutputLayer, one prediction a row, but is " + "DenseLayer");
    Layer sigmoid =
        new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
            .nIn(4)
            .nOut(3)
            .activation(Activation.SIGMOID)
            .build();
    assertRefused(of(sigmoid), data)
        .hasMessageContaining("must have softmax activation")
        .hasMessageContaining("but has sigmoid; set activation(Activation.SOFTMAX)");
    assertRefused(of(softmax(4, 1)), data)
        .hasMessageContaining("one output a class, at least 2, but has 1");
  }

  @Test
  void dl4jMustBeAbleToInitializeTheNetwork() {
    assertRefused(of(softmax(0, 3)), data)
        .hasMessageStartingWith(
            "the configuration must be one that DL4J can initialize, but is not: ");
  }

  @Test
  void aLearningRateBesideAConfigurationIsNotIgnored() {
    assertRefused(of(softmax(4, 3)).setLearningRate(0.1), data)
        .hasMessageContaining("learningRate is set to 0.1; clear it, or set the rate in the");
  }

  @Test
  void thresholdAndDensityExcludeEachOther() {
    assertRefused(TestData.classifier().setUpdateThreshold(0.5), data)
        .hasMessage(
            "updateThreshold and targetDensity exclude each other, but are set to 0.5 and 0.25; clear"
                + " one");
  }

  @Test
  void aValueOutOfRangeIsRefusedWhenItIsSet() {
    NetworkClassifier c = new NetworkClassifier();
    assertThatThrownBy(() -> c.setBatchSize(0))
        .hasMessage("batchSize must be at least 1, but is 0");
    assertThatThrownBy(() -> c.setMaxIter(0)).hasMessage("maxIter must be at least 1, but is 0");
    assertThatThrownBy(() -> c.setWorkers(-1)).hasMessage("workers must be at least 0, but is -1");
    assertThatThrownBy(() -> c.setQuantizer("int8"))
        .hasMessage("quantizer must be one of none, threshold, float16, auto, but is 'int8'");
    assertThatThrownBy(() -> c.setAggregation("MEAN"))
        .hasMessage("aggregation must be one of mean, sum, but is 'MEAN'");
    assertThatThrownBy(() -> c.setHandleInvalid("drop"))
        .hasMessage("handleInvalid must be one of error, skip, keep, but is 'drop'");
    assertThatThrownBy(() -> c.setProgress("bar"))
        .hasMessage("progress must be one of auto, none, console, but is 'bar'");
    assertThatThrownBy(() -> c.setLearningRate(0))
        .hasMessage("learningRate must be positive and finite as float32, but is 0.0");
    assertThatThrownBy(() -> c.setUpdateThreshold(Double.NaN))
        .hasMessage("updateThreshold must be positive and finite as float32, but is NaN");
    assertThatThrownBy(() -> c.setUpdateThreshold(1e-50))
        .hasMessage("updateThreshold must be positive and finite as float32, but is 1.0E-50");
    assertThatThrownBy(() -> c.setTargetDensity(1.5))
        .hasMessage("targetDensity must be above 0 and at most 1, but is 1.5");
    assertThatThrownBy(() -> c.setRoundTimeoutSeconds(0))
        .hasMessage("roundTimeoutSeconds must be at least 1, but is 0");
  }

  @Test
  void missingColumnsAreNamedWithThoseThatExist() {
    assertRefused(TestData.classifier().setFeaturesCol("pixels"), data)
        .hasMessage(
            "features column 'pixels' does not exist; the columns are [id, features, label]. Set "
                + "featuresCol, or rename the column.");
    assertRefused(TestData.classifier().setLabelCol("digit"), data)
        .hasMessage(
            "label column 'digit' does not exist; the columns are [id, features, label]. Set "
                + "labelCol, or rename the column.");
  }

  @Test
  void columnsOfAWrongTypeAreNamed() {
    Dataset<Row> text = data.withColumn("label", data.col("label").cast("string"));
    assertRefused(TestData.classifier(), text)
        .hasMessageContaining(
            "Column label must be of type numeric but was actually of type string. Cast the label "
                + "column, or index it first (StringIndexer, or stringLabels = index of ");
    assertRefused(
            TestData.classifier().setWeightCol("id"),
            data.withColumn("id", data.col("id").cast("string")))
        .hasMessage(
            "Column id must be of type numeric but was actually of type string. Cast the weight "
                + "column.");
    Dataset<Row> sequences =
        data.withColumn("features", functions.array(functions.array(data.col("label"))));
    assertRefused(TestData.classifier(), sequences)
        .hasMessageContaining("but is array<array<double>>")
        .hasMessageContaining(
            "nested arrays are for networks of sequences or images (NetworkEstimator)");
    assertRefused(TestData.classifier().setLabelCol("id").setFeaturesCol("label"), text)
        .hasMessageContaining("features column 'label' must be a vector, an array of numbers or a");
  }

  @Test
  void anOutputColumnThatExistsIsNamed() {
    assertRefused(TestData.classifier().setPredictionCol("id"), data)
        .hasMessage("output column 'id' exists already; drop it or choose another name");
    assertRefused(TestData.classifier().setPredictionCol("probability"), data)
        .hasMessage("output column 'probability' exists already; drop it or choose another name");
  }

  @Test
  void labelsMustBeClassIndices() {
    assertRefused(TestData.classifier(), with(Vectors.dense(1, 2, 3, 4), 3.0))
        .hasMessageStartingWith(
            "row 30 (partition 0, row 30 in it): label column 'label' is 3.0, but must be an "
                + "integer from 0 to 2, as the network has 3 outputs");
    assertRefused(TestData.classifier(), with(Vectors.dense(1, 2, 3, 4), 0.5))
        .hasMessageContaining("label column 'label' is 0.5, but must be an integer from 0 to 2");
    assertRefused(TestData.classifier(), with(Vectors.dense(1, 2, 3, 4), null))
        .hasMessageEndingWith(
            "label column 'label' is null or NaN; filter such rows out, or set handleInvalid to "
                + "'skip'");
  }

  @Test
  void moreClassesThanOutputsAreSeenInTheMetadata() {
    Dataset<Row> labelled =
        data.withColumn(
            "label",
            data.col("label"),
            NominalAttribute.defaultAttr().withValues("a", "b", "c", "d").toMetadata());
    assertRefused(TestData.classifier(), labelled)
        .hasMessage(
            "the network has 3 outputs, but label column 'label' has 4 classes; give the output "
                + "layer 4 outputs");
  }

  @Test
  void featuresMustBeAsManyAsInputsAndEqualInNumber() {
    assertRefused(TestData.classifier().setLayers(5, 3), data)
        .hasMessageStartingWith("the network takes 5 inputs, but column 'features' has 4 features");
    assertRefused(TestData.classifier(), with(Vectors.dense(1, 2), 1.0))
        .hasMessageContaining(
            "row 30 (partition 0, row 30 in it): column 'features' has 2 features, but the rows "
                + "before it have 4");
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"id", "features"})
            .setOutputCol("wide")
            .transform(
                new VectorAssembler()
                    .setInputCols(new String[] {"id", "label"})
                    .setOutputCol("x")
                    .transform(data)
                    .drop("features")
                    .withColumnRenamed("x", "features"));
    assertRefused(TestData.classifier().setFeaturesCol("wide"), assembled)
        .hasMessageStartingWith("the network takes 4 inputs, but column 'wide' has 3 features");
  }

  @Test
  void invalidFeaturesAreNamedByRowAndColumn() {
    assertRefused(TestData.classifier(), with(Vectors.dense(1, Double.NaN, 3, 4), 1.0))
        .hasMessage(
            "row 30 (partition 0, row 30 in it): column 'features' is null, NaN or infinite at "
                + "feature 1; clean it, or set handleInvalid to 'skip' or 'keep'");
    assertRefused(TestData.classifier(), with(null, 1.0))
        .hasMessageContaining("column 'features' is null; clean it, or set handleInvalid");
  }

  @Test
  void moreWorkersThanSlotsAreRefusedWithBothNumbers() {
    assertRefused(TestData.classifier().setWorkers(3), data)
        .hasMessageContaining("3 workers need as many task slots at the same time")
        .hasMessageContaining("has 2 ");
  }

  @Test
  void anEmptyDataFrameIsRefused() {
    assertRefused(TestData.classifier(), data.limit(0))
        .hasMessageContaining("the data to fit must have at least one row, but is empty");
  }

  @Test
  void aStreamIsRefused() {
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();
    assertRefused(TestData.classifier(), stream)
        .hasMessageStartingWith("the data to fit must have an end, but is a stream;");
  }

  @Test
  void thresholdsMustBeOnePerClass() {
    assertRefused(TestData.classifier().setThresholds(new double[] {0.5, 0.5}), data)
        .hasMessageContaining("there are 2 thresholds and 3 classes");
  }

  @Test
  void featuresAndLabelMustBeTwoColumns() {
    assertRefused(TestData.classifier().setFeaturesCol("label"), data)
        .hasMessage("features and label must be two columns, but both are 'label'");
  }
}
