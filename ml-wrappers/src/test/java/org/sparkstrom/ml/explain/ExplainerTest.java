// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.ml.TestSpark;

/** What explainers have beyond what holds for every stage. */
class ExplainerTest {

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  static Stream<Explainer<?>> stages() {
    Dataset<Row> background = Explained.table("`a.b` DOUBLE", new Object[] {1.0});
    return Stream.of(
        KernelShap.ofFeatures(Explained.sql("1"), background),
        Lime.ofFeatures(Explained.sql("1"), background),
        Lime.ofWords(Explained.sql("1")).copy(ParamMap.empty()));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void whatAStageIsMadeForComesBackAndHasNoSetter(Explainer<?> stage, @TempDir Path folder)
      throws Exception {
    String path = folder.resolve("stage").toString();
    stage.save(path);
    Explainer<?> loaded =
        (Explainer<?>) stage.getClass().getMethod("load", String.class).invoke(null, path);
    assertThat(loaded.getComponents()).isEqualTo(stage.getComponents());
    assertThat(loaded.explainedModel().uid()).isEqualTo(stage.explainedModel().uid());
    assertThat(loaded.background().isNone()).isEqualTo(stage.background().isNone());
    assertThat(stage.getClass().getMethods())
        .noneMatch(method -> method.getName().equals("setComponents"));
  }

  @Test
  void aLoadedPipelineExplainsTheSame(@TempDir Path folder) throws Exception {
    Dataset<Row> data =
        Explained.table(
            "`Size.cm` DOUBLE, colour STRING",
            new Object[] {1.0, "red"},
            new Object[] {2.5, "blue"});
    KernelShap shap =
        KernelShap.ofFeatures(Explained.sql("`Size.cm` * IF(colour = 'red', 2.0D, 3.0D)"), data)
            .setInputCols("Size.cm", "colour")
            .setTargetCol("prediction");
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {shap}).fit(data);
    String path = folder.resolve("pipeline").toString();
    pipeline.save(path);
    assertThat(PipelineModel.load(path).transform(data).collectAsList())
        .isEqualTo(shap.transform(data).collectAsList());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageIsSerializable(Explainer<?> stage) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stage);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((Explainer<?>) in.readObject()).uid()).isEqualTo(stage.uid());
    }
  }

  @Test
  void valuesAreValidated() {
    Lime stage = new Lime();
    refused(
        () -> stage.setInputCols(), "inputCols must be at least one name, each once, but is []");
    refused(() -> stage.setInputCol(""), "inputCol must be the name of a column, but is empty");
    refused(
        () -> stage.setTargetClasses(-1),
        "targetClasses must be at least 0, each once, but is [-1]");
    refused(() -> stage.setNumSamples(-1), "numSamples must be from 0 to 1000000, but is -1");
    refused(
        () -> stage.setHandleInvalid("drop"),
        "handleInvalid must be one of [error, skip, keep], but is 'drop'");
    refused(
        () -> stage.setWordPattern("["),
        "wordPattern must be a regular expression, but is '[': Unclosed character class");
    refused(() -> stage.setPatchSize(0), "patchSize must be from 1 to 16384, but is 0");
    refused(
        () -> stage.setPenalty("elastic"),
        "penalty must be one of [ridge, lasso], but is 'elastic'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setKernelWidth(-1))
        .withMessageContaining("kernelWidth must be from 0 to ");
  }

  private static void refused(Runnable set, String message) {
    assertThatIllegalArgumentException().isThrownBy(set::run).withMessage(message);
  }
}
