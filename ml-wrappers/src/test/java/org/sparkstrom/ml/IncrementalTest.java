// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncrementalTest {
  private static final MulticlassClassificationEvaluator ACCURACY =
      new MulticlassClassificationEvaluator().setMetricName("accuracy");

  private static Dataset<Row> data;

  @BeforeAll
  static void makeData() {
    data = TestData.clouds(120).cache();
  }

  private static NetworkClassifier classifier() {
    return TestData.classifier().setWorkers(1).setQuantizer("none").setMaxIter(2);
  }

  private static List<String> kept(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(n -> n.startsWith("model"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aModelTrainsOnFromAnotherWithItsUpdater() {
    NetworkClassificationModel first = classifier().fit(data);
    NetworkClassifier further = classifier();
    further.clear(further.layers()).clear(further.learningRate());

    NetworkClassificationModel second = further.setInitialModel(first).fit(data);

    assertThat(second.snapshot().epoch()).isEqualTo(4);
    assertThat(second.snapshot().iteration()).isEqualTo(2 * first.snapshot().iteration());
    assertThat(second.summary().orElseThrow().lossPerEpoch().get(0))
        .isLessThan(first.summary().orElseThrow().lossPerEpoch().get(1));
  }

  @Test
  void anInitialModelAndLayersContradictEachOther() {
    NetworkClassifier both = classifier().setInitialModel(TestData.model());
    assertThatThrownBy(() -> both.fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has an initial model")
        .hasMessageContaining("layers is set; clear it");
  }

  @Test
  void aStreamTrainsBatchByBatchAndNoneTwice(@TempDir Path folder) throws Exception {
    Dataset<Row>[] parts = data.randomSplit(new double[] {1, 1, 1}, 4);
    Path source = folder.resolve("source");
    for (int i = 0; i < parts.length; i++) {
      parts[i].coalesce(1).write().mode("append").parquet(source.toString());
    }
    Path models = folder.resolve("models");
    Incremental<NetworkClassificationModel> training =
        Incremental.of(classifier(), models.toString());

    StreamingQuery query = query(source, folder, training);
    query.awaitTermination();

    assertThat(kept(models)).containsExactly("model-2-batch1", "model-3-batch2");
    NetworkClassificationModel model = training.model().orElseThrow();
    assertThat(model.snapshot().epoch()).isEqualTo(6);
    training.call(parts[0], 2L);
    assertThat(training.model().orElseThrow().snapshot().epoch()).isEqualTo(6);
    assertThat(ACCURACY.evaluate(model.transform(data))).isGreaterThan(0.6);

    Incremental<NetworkClassificationModel> again = Incremental.of(classifier(), models.toString());
    assertThat(again.partialFit(data).snapshot().epoch()).isEqualTo(8);
    assertThat(kept(models)).containsExactly("model-3-batch2", "model-4-batch2");
  }

  private static StreamingQuery query(
      Path source, Path folder, Incremental<NetworkClassificationModel> training) throws Exception {
    return TestSpark.session()
        .readStream()
        .schema(TestData.SCHEMA)
        .option("maxFilesPerTrigger", 1)
        .parquet(source.toString())
        .writeStream()
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .foreachBatch(training)
        .start();
  }

  @Test
  void aBatchOfOneClassTrainsANetworkOfAll(@TempDir Path folder) {
    Incremental<NetworkClassificationModel> training =
        Incremental.of(classifier(), folder.toString());

    assertThat(training.model()).isEmpty();
    NetworkClassificationModel model = training.partialFit(data.where("label = 1"));

    assertThat(model.numClasses()).isEqualTo(3);
    training.call(data.where("label > 5"), 7L);
    assertThat(training.model().orElseThrow().snapshot().epoch()).isEqualTo(2);
  }

  @Test
  void aStreamMayFollowOnTrainingWithoutOne(@TempDir Path folder) {
    Incremental<NetworkClassificationModel> training =
        Incremental.of(classifier(), folder.toString());
    training.partialFit(data);

    training.call(data, 0L);

    assertThat(training.model().orElseThrow().snapshot().epoch()).isEqualTo(4);
    assertThatThrownBy(
            () -> Incremental.of(classifier().setCheckpointDir("there"), folder.toString()))
        .hasMessageContaining("must have no checkpointDir");
  }

  @Test
  void labelsOfStringsAreThoseOfAllBatches(@TempDir Path folder) {
    NetworkClassifier indexing = classifier().setStringLabels("index").setLabelCol("kind");
    assertThatThrownBy(() -> Incremental.of(indexing, folder.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            indexing.uid()
                + " must have labels where it indexes strings batch after batch, as the first batch"
                + " may lack some, but has none; set labels to those of all classes");

    Dataset<Row> kinds = data.selectExpr("features", "ELT(INT(label) + 1, 'b', 'a', 'c') AS kind");
    Incremental<NetworkClassificationModel> training =
        Incremental.of(indexing.setLabels("a", "b", "c"), folder.toString());
    training.partialFit(kinds.where("kind = 'c'"));

    assertThat(training.partialFit(kinds).getLabels()).containsExactly("a", "b", "c");
  }

  @Test
  void aRegressorTrainsOnToo(@TempDir Path folder) {
    NetworkRegressor regressor =
        new NetworkRegressor().setLayers(4, 1).setMaxIter(2).setWorkers(1).setBatchSize(8);
    Incremental<NetworkRegressionModel> training = Incremental.of(regressor, folder.toString());

    training.partialFit(data);

    assertThat(training.partialFit(data).snapshot().epoch()).isEqualTo(4);
  }
}
