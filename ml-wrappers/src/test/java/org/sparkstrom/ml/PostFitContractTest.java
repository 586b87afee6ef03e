// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As StageContractTest, for the stage whose Params are others. */
class PostFitContractTest {

  /** A value for every Param that is none of the defaults. */
  static final Map<String, Object> VALUES =
      Map.of(
          "inputCols",
          new String[] {"a.b"},
          "modelInputs",
          new String[] {"x"},
          "modelOutputs",
          new String[] {"label"},
          "outputCols",
          new String[] {"Y"},
          "outputSchema",
          "y double",
          "predictionBatchSize",
          7,
          "predictionBatchBytes",
          1L << 33,
          "handleInvalid",
          "keep");

  private static final Set<String> WITH_DEFAULT =
      Set.of("predictionBatchSize", "predictionBatchBytes", "handleInvalid");

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  static Stream<ParallelPostFit> stages() {
    return Stream.of(
        ParallelPostFit.ofOnnx(PostFitData.TWO_HEADS),
        ParallelPostFit.ofNetwork(PostFitData.snapshot()),
        ParallelPostFit.ofStage(TestData.model()),
        new ParallelPostFit("empty"));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyParamBelongsToItsStageAndIsDocumented(ParallelPostFit stage) throws Exception {
    assertThat(Arrays.stream(stage.params()).map(Param::name))
        .containsExactlyInAnyOrderElementsOf(VALUES.keySet());
    for (Param<?> param : stage.params()) {
      assertThat(param.parent()).as(param.name()).isEqualTo(stage.uid());
      assertThat(param.doc()).as(param.name()).hasSizeGreaterThan(10);
      assertThat(ParallelPostFit.class.getMethod(param.name()).invoke(stage)).isSameAs(param);
      assertThat(stage.hasDefault(param)).isEqualTo(WITH_DEFAULT.contains(param.name()));
      String name = Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
      assertThat(ParallelPostFit.class.getMethod("get" + name)).isNotNull();
      assertThat(ParallelPostFit.class.getMethods())
          .anyMatch(method -> method.getName().equals("set" + name));
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copySetsAndKeepsEveryParam(ParallelPostFit stage) {
    for (Param<?> param : stage.params()) {
      ParallelPostFit other = stage.copy(extra(param));
      assertThat(stage.isSet(param)).as(param.name()).isFalse();
      assertThat(other.isSet(other.getParam(param.name()))).as(param.name()).isTrue();
      ParallelPostFit copy = other.copy(ParamMap.empty());
      assertSameParams(copy, other);
      assertThat(copy.uid()).isEqualTo(stage.uid());
    }
  }

  @Test
  void savingAndLoadingKeepsEveryParamAndLeavesUnsetOnesUnset(@TempDir Path folder)
      throws Exception {
    ParallelPostFit stage = ParallelPostFit.ofOnnx(PostFitData.TWO_HEADS);
    stage.save(folder.resolve("unset").toString());
    assertSameParams(ParallelPostFit.load(folder.resolve("unset").toString()), stage);
    for (Param<?> param : stage.params()) {
      stage = stage.copy(extra(param));
    }
    stage.save(folder.resolve("set").toString());
    assertSameParams(ParallelPostFit.load(folder.resolve("set").toString()), stage);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageIsSerializable(ParallelPostFit stage) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stage);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((ParallelPostFit) in.readObject()).uid()).isEqualTo(stage.uid());
    }
  }

  @Test
  void valuesAreValidated() {
    ParallelPostFit stage = new ParallelPostFit();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setInputCols())
        .withMessage("inputCols must be at least one name, each once, but is []");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setOutputCols("a", "a"))
        .withMessage("outputCols must be at least one name, each once, but is [a, a]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setPredictionBatchSize(0))
        .withMessage("predictionBatchSize must be at least 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setPredictionBatchBytes(0))
        .withMessage("predictionBatchBytes must be at least 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setHandleInvalid("ignore"))
        .withMessage("handleInvalid must be one of error, skip, keep, but is 'ignore'");
  }

  private static void assertSameParams(ParallelPostFit actual, ParallelPostFit expected) {
    for (Param<?> param : expected.params()) {
      Param<Object> other = actual.getParam(param.name());
      assertThat(other.parent()).isEqualTo(actual.uid());
      assertThat(actual.isSet(other)).as(param.name()).isEqualTo(expected.isSet(param));
      if (expected.isDefined(param)) {
        assertThat(actual.getOrDefault(other))
            .as(param.name())
            .isEqualTo(expected.getOrDefault(param));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static ParamMap extra(Param<?> param) {
    return ParamMap.empty().put((Param<Object>) param, VALUES.get(param.name()));
  }
}
