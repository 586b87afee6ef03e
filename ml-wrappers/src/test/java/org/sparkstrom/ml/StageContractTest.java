// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.ml.classification.ProbabilisticClassifierParams;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.ml.linear.LinearWeights;
import scala.collection.JavaConverters;

/** What every stage of this module must do, found by reflection on its Params. */
class StageContractTest {

  /** A value for every Param that is none of the defaults. */
  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry("featuresCol", "x"),
          Map.entry("labelCol", "y"),
          Map.entry("stringLabels", "index"),
          Map.entry("labels", new String[] {"a", "b", "c"}),
          Map.entry("predictedLabelCol", "l"),
          Map.entry("featuresCols", new String[] {"x1", "x2"}),
          Map.entry("labelCols", new String[] {"y1", "y2"}),
          Map.entry("outputCols", new String[] {"p1", "p2"}),
          Map.entry("predictionCol", "p"),
          Map.entry("probabilityCol", "q"),
          Map.entry("rawPredictionCol", "r"),
          Map.entry("thresholds", new double[] {0.2, 0.3, 0.5}),
          Map.entry(
              "configuration", NetworkKind.CLASSIFIER.ofLayers(new int[] {4, 3}, 0.1, 7).toJson()),
          Map.entry("layers", new int[] {4, 5, 3}),
          Map.entry("learningRate", 0.5),
          Map.entry("workers", 3),
          Map.entry("batchSize", 7),
          Map.entry("maxIter", 9),
          Map.entry("seed", 1L << 40),
          Map.entry("quantizer", "none"),
          Map.entry("aggregation", "sum"),
          Map.entry("targetDensity", 0.125),
          Map.entry("updateThreshold", 0.25),
          Map.entry("handleInvalid", "keep"),
          Map.entry("predictionBatchSize", 11),
          Map.entry("progress", "console"),
          Map.entry("rendezvousTimeoutSeconds", 5),
          Map.entry("roundTimeoutSeconds", 6),
          Map.entry("storeMemoryBytes", 1L << 33),
          Map.entry("minWorkers", 1),
          Map.entry("synchrony", "pipelined"),
          Map.entry("localSteps", 4),
          Map.entry("weightCol", "w"),
          Map.entry("classWeights", new double[] {1, 2, 3}),
          Map.entry("validationIndicatorCol", "v"),
          Map.entry("validationFraction", 0.25),
          Map.entry("earlyStoppingMetric", "loss"),
          Map.entry("patience", 2),
          Map.entry("minDelta", 0.01),
          Map.entry("earlyStoppingTarget", 0.9),
          Map.entry("checkpointDir", "somewhere"),
          Map.entry("checkpointEpochs", 2),
          Map.entry("checkpointRounds", 8L),
          Map.entry("checkpointsKept", 4),
          Map.entry("resume", "never"),
          Map.entry("nonFinite", "skip"),
          Map.entry("nonFiniteLimit", 3),
          Map.entry("loss", "logistic"),
          Map.entry("stepSize", 0.25),
          Map.entry("fitIntercept", false),
          Map.entry("classCount", 3));

  private static final Set<String> WITHOUT_DEFAULT =
      Set.of(
          "configuration",
          "layers",
          "updateThreshold",
          "thresholds",
          "weightCol",
          "classWeights",
          "validationIndicatorCol",
          "earlyStoppingTarget",
          "outputCols",
          "labels");

  private static final Set<String> OF_PREDICTORS =
      Set.of("featuresCol", "labelCol", "predictionCol", "layers", "learningRate");

  private static final Set<String> OF_PROBABILITIES =
      Set.of(
          "probabilityCol",
          "rawPredictionCol",
          "thresholds",
          "stringLabels",
          "labels",
          "predictedLabelCol");

  private static final Set<String> OF_ANY_NETWORK =
      Set.of("featuresCols", "labelCols", "outputCols");

  private static final Set<String> OF_LINEAR =
      Set.of("loss", "stepSize", "fitIntercept", "classCount");

  private static final Set<String> OF_LINEAR_AND_OTHERS =
      Set.of(
          "featuresCol",
          "labelCol",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "thresholds",
          "maxIter",
          "seed",
          "weightCol",
          "handleInvalid");

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  static Stream<PipelineStage> stages() {
    return Stream.of(
        new NetworkClassifier(),
        new NetworkClassifier("classifier"),
        TestData.model(),
        new NetworkClassificationModel(),
        new NetworkRegressor(),
        new NetworkRegressor("regressor"),
        RegressionTest.model(),
        new NetworkRegressionModel(),
        new NetworkEstimator(),
        new NetworkEstimator("any"),
        new NetworkModel("model", EstimatorData.model().snapshot()),
        new NetworkModel(),
        new AveragedLinear(),
        new AveragedLinear("linear"),
        linearModel(),
        new AveragedLinearModel());
  }

  static Stream<PipelineStage> savableStages() {
    return Stream.of(
        new NetworkClassifier("classifier"),
        TestData.model(),
        new NetworkRegressor("regressor"),
        RegressionTest.model(),
        new NetworkEstimator("any"),
        new NetworkModel("model", EstimatorData.model().snapshot()),
        new AveragedLinear("linear"),
        linearModel());
  }

  private static AveragedLinearModel linearModel() {
    return new AveragedLinearModel("linear", LinearWeights.zero(3, 4));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyParamBelongsToItsStageAndIsDocumented(PipelineStage stage) throws Exception {
    assertThat(Arrays.stream(stage.params()).map(Param::name))
        .containsExactlyInAnyOrderElementsOf(names(stage));
    for (Param<?> param : stage.params()) {
      assertThat(param.parent()).as(param.name()).isEqualTo(stage.uid());
      assertThat(param.doc()).as(param.name()).hasSizeGreaterThan(10);
      assertThat(stage.getClass().getMethod(param.name()).invoke(stage)).isSameAs(param);
      String getter =
          "get" + Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
      assertThat(stage.getClass().getMethod(getter)).as(getter).isNotNull();
      assertThat(stage.hasDefault(param))
          .as(param.name() + " has a default")
          .isEqualTo(!WITHOUT_DEFAULT.contains(param.name()));
    }
    assertThat(stage.explainParams()).contains(": label column", "maxIter: passes");
  }

  private static Set<String> names(PipelineStage stage) {
    Set<String> names = new HashSet<>(VALUES.keySet());
    if (stage instanceof AveragedLinearParams) {
      names.removeIf(name -> !OF_LINEAR.contains(name) && !OF_LINEAR_AND_OTHERS.contains(name));
      return names;
    }
    names.removeAll(OF_LINEAR);
    names.removeAll(stage instanceof PredictorParams ? OF_ANY_NETWORK : OF_PREDICTORS);
    if (!(stage instanceof ProbabilisticClassifierParams)) {
      names.removeAll(OF_PROBABILITIES);
    }
    if (!(stage instanceof ClassWeights)) {
      names.remove("classWeights");
    }
    return names;
  }

  /** The stage's value of a Param that is none of the defaults. */
  static Object value(PipelineStage stage, Param<?> param) {
    boolean ofRegressor =
        param.name().equals("layers") && !(stage instanceof ProbabilisticClassifierParams);
    return ofRegressor ? new int[] {4, 5, 1} : VALUES.get(param.name());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void noDefaultIsLeftFromTheTimeBeforeTheUid(PipelineStage stage) {
    assertThat(JavaConverters.seqAsJavaList(stage.extractParamMap().toSeq()))
        .allSatisfy(pair -> assertThat(pair.param().parent()).isEqualTo(stage.uid()));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copyKeepsEveryParam(PipelineStage stage) {
    for (Param<?> param : stage.params()) {
      set(stage, param);
      PipelineStage copy = stage.copy(ParamMap.empty());
      assertThat(copy.uid()).isEqualTo(stage.uid());
      assertSameParams(copy, stage);
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copyWithExtraSetsEveryParamOfTheCopyAlone(PipelineStage stage) {
    for (Param<?> param : stage.params()) {
      PipelineStage copy = stage.copy(extra(stage, param));
      assertThat(copy.isSet(copy.getParam(param.name()))).as(param.name()).isTrue();
      assertThat(copy.getOrDefault(copy.getParam(param.name())))
          .as(param.name())
          .isEqualTo(value(stage, param));
      assertThat(stage.isSet(param)).as(param.name()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("savableStages")
  void savingAndLoadingKeepsEveryParam(PipelineStage stage, @TempDir Path folder) throws Exception {
    for (Param<?> param : stage.params()) {
      set(stage, param);
    }
    String path = folder.resolve("stage").toString();
    ((MLWritable) stage).save(path);
    PipelineStage loaded =
        (PipelineStage) stage.getClass().getMethod("load", String.class).invoke(null, path);
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertSameParams(loaded, stage);
  }

  @ParameterizedTest
  @MethodSource("savableStages")
  void unsetParamsStayUnsetWhenSavedAndLoaded(PipelineStage stage, @TempDir Path folder)
      throws Exception {
    String path = folder.resolve("stage").toString();
    ((MLWritable) stage).save(path);
    PipelineStage loaded =
        (PipelineStage) stage.getClass().getMethod("load", String.class).invoke(null, path);
    assertSameParams(loaded, stage);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageIsSerializable(PipelineStage stage) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stage);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      PipelineStage back = (PipelineStage) in.readObject();
      assertThat(back.uid()).isEqualTo(stage.uid());
      assertThat(back.copy(ParamMap.empty()).uid()).isEqualTo(stage.uid());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageCanBeMadeFromItsUidAndFromNothing(PipelineStage stage) throws Exception {
    Class<? extends PipelineStage> type = stage.getClass();
    assertThat(type.getConstructor(String.class).newInstance("name").uid()).isEqualTo("name");
    assertThat(type.getConstructor().newInstance().uid())
        .isNotEqualTo(type.getConstructor().newInstance().uid());
  }

  private static void assertSameParams(PipelineStage actual, PipelineStage expected) {
    for (Param<?> param : expected.params()) {
      Param<Object> other = actual.getParam(param.name());
      assertThat(other.parent()).isEqualTo(actual.uid());
      assertThat(actual.isSet(other)).as(param.name()).isEqualTo(expected.isSet(param));
      assertThat(actual.isDefined(other)).as(param.name()).isEqualTo(expected.isDefined(param));
      if (expected.isDefined(param)) {
        assertThat(actual.getOrDefault(other))
            .as(param.name())
            .isEqualTo(expected.getOrDefault(param));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void set(PipelineStage stage, Param<?> param) {
    stage.set((Param<Object>) param, value(stage, param));
  }

  @SuppressWarnings("unchecked")
  private static ParamMap extra(PipelineStage stage, Param<?> param) {
    return ParamMap.empty().put((Param<Object>) param, value(stage, param));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aParameterGridAcceptsInheritedParams(PipelineStage stage) {
    ParamMap grid = new ParamMap();
    List<String> names =
        stage instanceof PredictorParams
            ? List.of("labelCol", "featuresCol", "predictionCol", "weightCol")
            : List.of("weightCol", "validationIndicatorCol");
    for (String name : names) {
      grid.put(stage.getParam(name), "other");
      assertThat(stage.extractParamMap(grid).apply(stage.getParam(name))).isEqualTo("other");
    }
  }
}
