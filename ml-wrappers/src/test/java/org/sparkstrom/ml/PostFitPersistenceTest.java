// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PostFitPersistenceTest {

  @TempDir Path folder;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  static Stream<ParallelPostFit> stages() {
    return Stream.of(
        PostFitData.named(),
        PostFitData.network(),
        ParallelPostFit.ofStage(TestData.model()).setModelOutputs("prediction"));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aLoadedPipelinePredictsTheSame(ParallelPostFit stage) throws IOException {
    Dataset<Row> data = TestData.clouds(50);
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {stage}).fit(data);
    pipeline.save(path("pipeline"));
    PipelineModel loaded = PipelineModel.load(path("pipeline"));
    assertThat(loaded.stages()[0].uid()).isEqualTo(stage.uid());
    assertThat(loaded.transform(data).schema()).isEqualTo(pipeline.transform(data).schema());
    assertThat(loaded.transform(data).collectAsList())
        .isEqualTo(pipeline.transform(data).collectAsList());
  }

  @Test
  void theModelsFileIsInItsMakersFormat() throws IOException {
    PostFitData.network().save(path("network"));
    MultiLayerNetwork network =
        MultiLayerNetwork.load(folder.resolve("network/data/network.zip").toFile(), false);
    assertThat(network.params().dup().data().asFloat())
        .isEqualTo(PostFitData.snapshot().parameters());
    network.close();
    PostFitData.onnx().save(path("onnx"));
    assertThat(Files.readAllBytes(folder.resolve("onnx/data/model.onnx")))
        .isEqualTo(Files.readAllBytes(Path.of(PostFitData.TWO_HEADS)));
  }

  @Test
  void anExistingFolderIsOverwrittenOnlyWhenAsked() throws IOException {
    PostFitData.onnx().save(path("model"));
    assertThatThrownBy(() -> PostFitData.onnx().save(path("model")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already exists");
    PostFitData.network().write().overwrite().save(path("model"));
    assertThat(folder.resolve("model/data/model.onnx")).doesNotExist();
    assertThat(ParallelPostFit.load(path("model")).modelDescription()).contains("'input'");
  }

  @Test
  void anotherFormatVersionADamagedOrAMissingFileIsRefused() throws IOException {
    PostFitData.onnx().save(path("model"));
    Path facts = folder.resolve("model/data/model.json");
    String text = Files.readString(facts);
    write(facts, text.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    assertThatThrownBy(() -> ParallelPostFit.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be from 1 to 1, but '")
        .hasMessageContaining("has 2; load it with the release");
    write(facts, text.replace("\"sha256\" : \"", "\"sha256\" : \"0"));
    assertThatThrownBy(() -> ParallelPostFit.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.onnx' must hold a model with SHA-256 0");
    write(facts, text.replace("\"onnx\"", "\"java\""));
    assertThatThrownBy(() -> ParallelPostFit.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be one of network, onnx, stage, but is 'java'");
    write(facts, "{");
    assertThatThrownBy(() -> ParallelPostFit.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is damaged");
    Files.delete(facts);
    assertThatThrownBy(() -> ParallelPostFit.load(path("model")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.json', but has not: saving broke off; save again");
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  @Test
  void aFunctionIsNotSavedAndTheErrorSaysWhatToDo() {
    assertThatThrownBy(() -> ParallelPostFit.ofFunction(rows -> rows).write())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("cannot be saved, as loading it would deserialize code from a file")
        .hasMessageContaining("make the stage anew, or export the model as ONNX");
  }

  @Test
  void aStageWithoutAModelIsNotSaved() {
    assertThatThrownBy(() -> new ParallelPostFit("empty").write())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("empty must have a model, but was made without one");
  }
}
