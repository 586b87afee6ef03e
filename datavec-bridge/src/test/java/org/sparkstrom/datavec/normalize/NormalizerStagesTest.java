// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.datavec.TestSpark;

/** What both stages must do as stages, found by reflection on their Params. */
class NormalizerStagesTest {
  /** A value for every Param that is none of the defaults. */
  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry("inputCols", new String[] {"a.b", "C"}),
          Map.entry("outputCols", new String[] {"x", "y"}),
          Map.entry("handleInvalid", "keep"),
          Map.entry("strategies", new String[] {"minMax"}),
          Map.entry("layout", "separate"),
          Map.entry("min", -1.5),
          Map.entry("max", 2.5),
          Map.entry("maxBits", 16),
          Map.entry("deviation", "sample"),
          Map.entry("widths", new int[] {1, 1}),
          Map.entry("direction", "revert"));

  private static final Set<String> WITHOUT_DEFAULT = Set.of("inputCols", "outputCols", "widths");

  private static final Scaling SCALING =
      Scaling.standardize(new double[] {1, 2}, new double[] {0.5, 4});

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  static Stream<PipelineStage> stages() {
    return Stream.of(
        new NormalizerEstimator(),
        new NormalizerEstimator("normalizer"),
        new NormalizerModel(),
        NormalizerModel.of(Normalization.joined(SCALING), "a", "b"));
  }

  static Stream<PipelineStage> savableStages() {
    return Stream.of(
        new NormalizerEstimator("normalizer"),
        NormalizerModel.of(Normalization.joined(SCALING), "a", "b"));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyParamBelongsToItsStageAndIsDocumented(PipelineStage stage) throws Exception {
    for (Param<?> param : stage.params()) {
      String name = param.name();
      assertThat(VALUES).containsKey(name);
      assertThat(param.parent()).as(name).isEqualTo(stage.uid());
      assertThat(param.doc()).as(name).hasSizeGreaterThan(10);
      assertThat(stage.getClass().getMethod(name).invoke(stage)).isSameAs(param);
      String getter = "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
      assertThat(stage.getClass().getMethod(getter)).as(getter).isNotNull();
      assertThat(stage.hasDefault(param)).as(name).isEqualTo(!WITHOUT_DEFAULT.contains(name));
    }
    assertThat(stage.explainParams()).contains("handleInvalid: what becomes of a null");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copyKeepsAllAndTakesExtrasAlone(PipelineStage stage) {
    for (Param<?> param : stage.params()) {
      PipelineStage changed = stage.copy(extra(param));
      assertThat(changed.getOrDefault(changed.getParam(param.name())))
          .isEqualTo(VALUES.get(param.name()));
      assertThat(stage.isSet(param))
          .isEqualTo(param.name().equals("inputCols") && stage.isSet(param));
      PipelineStage plain = stage.copy(ParamMap.empty());
      assertThat(plain.uid()).isEqualTo(stage.uid());
      assertSameParams(plain, stage);
    }
  }

  @ParameterizedTest
  @MethodSource("savableStages")
  void savingAndLoadingKeepsEveryParam(PipelineStage stage, @TempDir Path folder) throws Exception {
    String plain = folder.resolve("plain").toString();
    ((MLWritable) stage).save(plain);
    assertSameParams(load(stage, plain), stage);
    for (Param<?> param : stage.params()) {
      set(stage, param);
    }
    String path = folder.resolve("stage").toString();
    ((MLWritable) stage).save(path);
    ((MLWritable) stage).write().overwrite().save(path);

    PipelineStage loaded = load(stage, path);

    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertSameParams(loaded, stage);
    assertThatThrownBy(() -> ((MLWritable) stage).save(path)).hasMessageContaining("overwrite");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageIsSerializableAndCanBeMadeFromItsUid(PipelineStage stage) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stage);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      PipelineStage back = (PipelineStage) in.readObject();
      assertThat(back.copy(ParamMap.empty()).uid()).isEqualTo(stage.uid());
    }
    Class<? extends PipelineStage> type = stage.getClass();
    assertThat(type.getConstructor(String.class).newInstance("name").uid()).isEqualTo("name");
    assertThat(type.getConstructor().newInstance().uid())
        .isNotEqualTo(type.getConstructor().newInstance().uid());
  }

  @Test
  void aPipelineIsSavedBeforeAndAfterItsFit(@TempDir Path folder) throws Exception {
    Dataset<Row> data =
        TestSpark.frame(
            StructType.fromDDL("`a.b` DOUBLE, C ARRAY<FLOAT>, c INT"),
            RowFactory.create(1.0, new float[] {1, 2}, 3),
            RowFactory.create(3.0, new float[] {4, 8}, 9));
    NormalizerEstimator estimator =
        new NormalizerEstimator()
            .setInputCols("a.b", "C")
            .setLayout("separate")
            .setStrategies("standardize", "minMax")
            .setOutputCols("A.B", "C");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {estimator});
    pipeline.save(folder.resolve("pipeline").toString());
    PipelineModel model = Pipeline.load(folder.resolve("pipeline").toString()).fit(data);
    model.save(folder.resolve("model").toString());

    PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());

    Dataset<Row> result = loaded.transform(data);
    assertThat(result.schema()).isEqualTo(loaded.transformSchema(data.schema()));
    assertThat(result.schema()).isEqualTo(pipeline.transformSchema(data.schema()));
    assertThat(result.schema().simpleString())
        .isEqualTo("struct<a.b:double,C:array<float>,c:int,A.B:double>");
    assertThat(result.collectAsList())
        .hasToString(
            "[[1.0,ArraySeq(0.0, 0.0),3,-1.0], [3.0,ArraySeq(1.0, 1.0),9,1.0]]"
                .replace("ArraySeq", "WrappedArray"));
    assertThat(result.collectAsList()).isEqualTo(model.transform(data).collectAsList());
    try (Stream<Path> files = Files.walk(folder.resolve("model"))) {
      assertThat(files.filter(f -> f.endsWith("data/normalizer.bin"))).hasSize(1);
    }
  }

  @Test
  void aModelWithoutItsDataTellsSo(@TempDir Path folder) throws Exception {
    NormalizerModel model = NormalizerModel.of(Normalization.joined(SCALING), "a", "b");
    String path = folder.resolve("m").toString();
    model.save(path);
    Files.delete(folder.resolve("m/data/normalizer.bin"));

    assertThatThrownBy(() -> NormalizerModel.load(path))
        .hasMessageContaining("saving broke off; save again");
    assertThatThrownBy(() -> new NormalizerModel("empty").normalization())
        .hasMessageContaining("empty has no statistics");
  }

  private static PipelineStage load(PipelineStage stage, String path) throws Exception {
    return (PipelineStage) stage.getClass().getMethod("load", String.class).invoke(null, path);
  }

  private static void assertSameParams(PipelineStage actual, PipelineStage expected) {
    assertThat(Arrays.stream(actual.params()).map(Param::name))
        .containsExactlyElementsOf(Arrays.stream(expected.params()).map(Param::name).toList());
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
  private static void set(PipelineStage stage, Param<?> param) {
    stage.set((Param<Object>) param, VALUES.get(param.name()));
  }

  @SuppressWarnings("unchecked")
  private static ParamMap extra(Param<?> param) {
    return ParamMap.empty().put((Param<Object>) param, VALUES.get(param.name()));
  }
}
