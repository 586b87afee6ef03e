// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.cost.RoundCost;
import org.sparkstrom.sharing.cost.SharingCosts;
import org.sparkstrom.spark.training.history.FitHistory;

class PersistenceTest {

  @TempDir Path folder;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aLoadedModelIsEqualToTheBit() throws IOException {
    NetworkClassificationModel model = TestData.model();
    model.save(path("model"));
    NetworkClassificationModel loaded = NetworkClassificationModel.load(path("model"));
    assertThat(loaded.snapshot().parameters()).isEqualTo(model.snapshot().parameters());
    assertThat(loaded.snapshot().configurationJson())
        .isEqualTo(model.snapshot().configurationJson());
    Dataset<Row> data = TestData.clouds(30);
    assertThat(loaded.transform(data).collectAsList())
        .isEqualTo(model.transform(data).collectAsList());
  }

  @Test
  void theFactsOfTheFitAreSavedWithTheModel() throws IOException {
    TrainingSummary facts =
        new TrainingSummary(
            "ab",
            2,
            1,
            30,
            400,
            5000,
            60000,
            0.7,
            List.of(1.5, Double.NaN),
            List.of(Map.of("loss", 1.25, "accuracy", 0.5), Map.of()),
            List.of(
                new ModeChoice(
                    Quantizer.THRESHOLD,
                    2,
                    73,
                    new SharingCosts(5, new RoundCost(6, 7, 8), new RoundCost(9, 10, 11)))),
            FitHistory.NONE);
    NetworkClassificationModel model =
        new NetworkClassificationModel(
            "m",
            new PredictorNetwork(
                new FittedNetwork(TestData.model().snapshot(), Optional.of(facts)),
                NetworkKind.CLASSIFIER));
    model.save(path("model"));
    assertThat(NetworkClassificationModel.load(path("model")).summary()).contains(facts);
  }

  @Test
  void theCourseOfTheFitIsSavedWithTheModelWhichLoadsWithoutIt() throws IOException {
    NetworkClassificationModel model = TestData.classifier().fit(TestData.clouds(60));
    TrainingSummary summary = model.summary().orElseThrow();
    assertThat(summary.history().state().phase()).isEqualTo(FitHistory.Phase.COMPLETED);
    assertThat(summary.history().start().name()).isEqualTo(model.uid());
    assertThat(summary.history().epochs().measured())
        .extracting(FitHistory.Epoch::epoch)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(summary.history().blocks().names()).hasSize(2);
    assertThat(summary.history().workers())
        .extracting(FitHistory.Worker::state)
        .containsOnly(FitHistory.WorkerState.DONE);
    model.save(path("model"));
    Path data = folder.resolve("model/data");
    assertThat(data.resolve("training.html"))
        .usingCharset(StandardCharsets.UTF_8)
        .hasContent(summary.toHtml());
    assertThat(Files.readString(data.resolve("model.json"))).doesNotContain("history");
    assertThat(NetworkClassificationModel.load(path("model")).summary()).contains(summary);

    Files.writeString(data.resolve("history.json"), "{");
    deleteChecksum(data.resolve("history.json"));
    loadsWithTheEpochsOf(summary);
    Files.delete(data.resolve("history.json"));
    Files.delete(data.resolve("training.html"));
    loadsWithTheEpochsOf(summary);
  }

  private void loadsWithTheEpochsOf(TrainingSummary summary) {
    TrainingSummary loaded = NetworkClassificationModel.load(path("model")).summary().orElseThrow();
    assertThat(loaded).isEqualTo(summary.withHistory(FitHistory.NONE));
    assertThat(loaded.toHtml())
        .contains("{\"epoch\":4,\"loss\":" + summary.lossPerEpoch().get(4) + ",");
  }

  @Test
  void dl4jReadsTheNetworkInside() throws IOException {
    NetworkClassificationModel model = TestData.model();
    model.save(path("model"));
    MultiLayerNetwork network =
        MultiLayerNetwork.load(folder.resolve("model/data/network.zip").toFile(), true);
    assertThat(network.params().dup().data().asFloat()).isEqualTo(model.snapshot().parameters());
    network.close();
  }

  @Test
  void anExistingFolderIsOverwrittenOnlyWhenAsked() throws IOException {
    NetworkClassificationModel model = TestData.model();
    model.save(path("model"));
    assertThatThrownBy(() -> model.save(path("model")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already exists");
    Files.writeString(folder.resolve("model/data/old"), "x");
    model.setPredictionBatchSize(5).write().overwrite().save(path("model"));
    assertThat(folder.resolve("model/data/old")).doesNotExist();
    assertThat(NetworkClassificationModel.load(path("model")).getPredictionBatchSize())
        .isEqualTo(5);
  }

  @Test
  void savingOverwritesOnTheFileSystemOfThePathAlone() throws IOException {
    Path here = Files.createDirectories(folder.resolve("here/model"));
    Path there = Files.createDirectory(folder.resolve("there"));
    Path marker = Files.writeString(here.resolve("marker"), "to be kept");
    TestSpark.session()
        .sparkContext()
        .hadoopConfiguration()
        .set(
            "fs.viewfs.mounttable.persistence.link." + folder.resolve("here"),
            there.toUri().toString());
    String elsewhere = "viewfs://persistence" + here; // the same path on another file system
    NetworkClassificationModel model = TestData.model();
    model.save(elsewhere);
    Files.createFile(there.resolve("model/stale"));
    model.write().overwrite().save(elsewhere);
    assertThat(marker).hasContent("to be kept");
    assertThat(here).isDirectoryNotContaining("glob:**/{data,metadata}");
    assertThat(there.resolve("model/stale")).doesNotExist();
    assertThat(NetworkClassificationModel.load(elsewhere).snapshot().parametersSha256())
        .isEqualTo(model.snapshot().parametersSha256());
  }

  @Test
  void anotherFormatVersionIsRefused() throws IOException {
    TestData.model().save(path("model"));
    Path facts = folder.resolve("model/data/model.json");
    replace(facts, "\"formatVersion\" : 1", "\"formatVersion\" : 2");
    assertThatThrownBy(() -> NetworkClassificationModel.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the format version of a saved model must be from 1 to 1, but '")
        .hasMessageContaining("has 2; load it with the release of Sparkstrom that saved it");
  }

  @Test
  void aDamagedOrIncompleteFolderIsRefused() throws IOException {
    TestData.model().save(path("model"));
    Path facts = folder.resolve("model/data/model.json");
    replace(facts, "\"parametersSha256\" : \"", "\"parametersSha256\" : \"0");
    assertThatThrownBy(() -> NetworkClassificationModel.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must hold parameters with SHA-256 0");
    Files.writeString(facts, "{");
    deleteChecksum(facts);
    assertThatThrownBy(() -> NetworkClassificationModel.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is damaged");
    Files.delete(facts);
    assertThatThrownBy(() -> NetworkClassificationModel.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.json', but has not: saving broke off; save again");
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    deleteChecksum(file);
  }

  private static void deleteChecksum(Path file) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  @Test
  void aFolderOfAnotherStageIsRefused() throws IOException {
    new NetworkClassifier().save(path("classifier"));
    assertThatThrownBy(() -> NetworkClassificationModel.load(path("classifier")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("org.sparkstrom.ml.NetworkClassificationModel")
        .hasMessageContaining("org.sparkstrom.ml.NetworkClassifier");
  }

  @Test
  void aModelWithoutANetworkIsNotSaved() {
    assertThatThrownBy(() -> new NetworkClassificationModel("empty").save(path("empty")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("empty must have a network");
    assertThat(folder.resolve("empty")).doesNotExist();
  }

  @Test
  void anUnfittedPipelineIsSavedLoadedAndFitted() throws IOException {
    NetworkClassifier classifier = TestData.classifier().setWorkers(1).setMaxIter(1);
    new Pipeline().setStages(new PipelineStage[] {classifier}).save(path("pipeline"));
    Pipeline loaded = Pipeline.load(path("pipeline"));
    assertThat(((NetworkClassifier) loaded.getStages()[0]).getLayers()).containsExactly(4, 8, 3);
    PipelineModel model = loaded.fit(TestData.clouds(60));
    assertThat(model.transform(TestData.clouds(60)).count()).isEqualTo(60);
  }

  @Test
  void aFreshJvmPredictsTheSameBits() throws Exception {
    NetworkClassificationModel fitted = TestData.model();
    PipelineModel pipeline = pipeline(fitted);
    Dataset<Row> data = TestData.clouds(100);
    data.write().parquet(path("data"));
    pipeline.save(path("pipeline"));
    pipeline
        .transform(TestSpark.session().read().parquet(path("data")))
        .write()
        .parquet(path("here"));

    FreshJvm.run(
        PredictInFreshJvm.class,
        folder.resolve("log"),
        path("pipeline"),
        path("data"),
        path("there"));
    assertThat(predictions("there")).hasSize(100).isEqualTo(predictions("here"));
  }

  private static PipelineModel pipeline(NetworkClassificationModel model) {
    return new Pipeline()
        .setStages(new PipelineStage[] {model.copy(ParamMap.empty())})
        .fit(TestData.clouds(1));
  }

  private List<Row> predictions(String name) {
    return TestSpark.session()
        .read()
        .parquet(path(name))
        .orderBy("id")
        .select("id", "rawPrediction", "probability", "prediction")
        .collectAsList();
  }
}
