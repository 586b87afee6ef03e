// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.ml.StageSamples.Sample;

/**
 * What holds for every stage of this module and of datavec-bridge, found by reflection. That
 * streams and tables give the same, and that unset Params stay unset when a stage is saved, is in
 * {@link SparkTestKitTest}, by Spark's own checks.
 */
class EveryStageTest {
  private static final long NULL_ROW = 5;

  /** Params that are set two at once, or when the stage is made. */
  private static final Set<String> SET_OTHERWISE =
      Set.of("minN", "maxN", "lowerQuantile", "upperQuantile", "match");

  private static List<Sample> samples;
  private static List<Sample> renamed;

  @BeforeAll
  static void makeSamples() {
    samples = StageSamples.all(UnaryOperator.identity());
    renamed = StageSamples.all(name -> "The." + name.toUpperCase(Locale.ROOT) + "`s");
  }

  static List<Sample> samples() {
    return samples;
  }

  static List<Sample> transformers() {
    return samples.stream().filter(sample -> sample.stage() instanceof Transformer).toList();
  }

  static List<Sample> estimators() {
    return samples.stream().filter(sample -> sample.stage() instanceof Estimator<?>).toList();
  }

  private static Dataset<Row> transform(Sample sample, Dataset<Row> rows) {
    return ((Transformer) sample.stage()).transform(rows);
  }

  private static Transformer fit(Sample sample, Dataset<Row> rows) {
    return (Transformer) ((Estimator<?>) sample.stage()).fit(rows);
  }

  /** The stage if it transforms, or the model that it has fitted to its rows: the next sample. */
  private static Transformer transformer(List<Sample> all, Sample sample) {
    return sample.stage() instanceof Transformer transformer
        ? transformer
        : (Transformer) all.get(all.indexOf(sample) + 1).stage();
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.<Long>getAs("id")))
        .toList();
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  @Test
  void everyStageHasASample() {
    Set<String> stages = new TreeSet<>();
    for (Class<?> type : List.of(Estimator.class, Transformer.class)) {
      ServiceLoader.load(type).stream().forEach(found -> stages.add(found.type().getName()));
    }
    stages.removeIf(name -> !name.startsWith("org.sparkstrom."));
    assertThat(stages).hasSizeGreaterThan(15);
    assertThat(samples)
        .extracting(sample -> sample.stage().getClass().getName())
        .containsAll(stages);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void paramsHaveDocAccessorsAndValidDefaults(Sample sample) throws Exception {
    PipelineStage stage = sample.stage();
    for (Param<?> param : stage.params()) {
      String name = param.name();
      String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
      assertThat(param.parent()).as(name).isEqualTo(stage.uid());
      assertThat(param.doc()).as(name).hasSizeGreaterThan(10);
      assertThat(stage.getClass().getMethod(name).invoke(stage)).as(name).isSameAs(param);
      List<String> methods =
          Arrays.stream(stage.getClass().getMethods()).map(m -> m.getName()).toList();
      assertThat(methods).as("getter of " + name).contains("get" + capital);
      if (!(stage instanceof Model<?>) && !SET_OTHERWISE.contains(name)) {
        assertThat(methods).as("setter of " + name).contains("set" + capital);
      }
      if (stage.hasDefault(param)) {
        requireValid(param, stage.getDefault(param).get());
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void requireValid(Param<?> param, Object value) {
    assertThat((boolean) ((Param<Object>) param).isValid().apply(value)).as(param.name()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void wrongValuesAreRefusedWithTheParamsName(Sample sample) {
    PipelineStage stage = sample.stage();
    for (Param<?> param : stage.params()) {
      if (ParamValues.isFree(param)) {
        continue;
      }
      List<String> messages = new ArrayList<>();
      for (Object wrong : ParamValues.wrong(param)) {
        try {
          set(stage.copy(ParamMap.empty()), param.name(), wrong);
        } catch (RuntimeException e) {
          messages.add(e.getMessage());
        }
      }
      assertThat(messages).as(param.name()).isNotEmpty();
      assertThat(messages)
          .as(param.name())
          .allSatisfy(message -> assertThat(message).containsIgnoringCase(param.name()));
    }
  }

  private static void set(PipelineStage stage, String name, Object value) {
    Param<Object> param = stage.getParam(name);
    stage.set(param, value);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void copiesTakeExtrasAlone(Sample sample) {
    PipelineStage stage = sample.stage();
    List<Object> before = values(stage);
    for (Param<?> param : stage.params()) {
      Object value = ParamValues.other(stage, param);
      assertThat(value).as(param.name()).isNotNull();
      @SuppressWarnings("unchecked")
      PipelineStage copy = stage.copy(new ParamMap().put((Param<Object>) param, value));
      assertThat(copy).hasSameClassAs(stage);
      assertThat(copy.uid()).isEqualTo(stage.uid());
      Param<Object> copied = copy.getParam(param.name());
      assertThat(copied.parent()).isEqualTo(copy.uid());
      assertThat(copy.getOrDefault(copied)).as(param.name()).isEqualTo(value);
      if (stage.hasDefault(param)) {
        assertThat(value).as(param.name()).isNotEqualTo(stage.getDefault(param).get());
      }
    }
    assertThat(values(stage)).isEqualTo(before);
    assertThat(values(stage.copy(ParamMap.empty()))).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void savingKeepsEveryParam(Sample sample, @TempDir Path folder) throws Exception {
    PipelineStage stage = sample.stage().copy(ParamMap.empty());
    for (Param<?> param : stage.params()) {
      set(stage, param.name(), ParamValues.other(stage, param));
    }
    assertThat(values(saved(stage, folder.resolve("stage")))).isEqualTo(values(stage));
  }

  private static PipelineStage saved(PipelineStage stage, Path path) throws Exception {
    ((MLWritable) stage).save(path.toString());
    PipelineStage loaded =
        (PipelineStage)
            stage.getClass().getMethod("load", String.class).invoke(null, path.toString());
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    return loaded;
  }

  /** Name, whether it is set, and value of each Param. */
  private static List<Object> values(PipelineStage stage) {
    return Arrays.stream(stage.params())
        .<Object>map(
            param ->
                Arrays.deepToString(
                    new Object[] {
                      param.name(),
                      stage.isSet(param),
                      stage.isDefined(param) ? stage.getOrDefault(param) : "undefined"
                    }))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theSchemaIsForetold(Sample sample) {
    StructType foretold = sample.stage().transformSchema(sample.rows().schema());
    Transformer stage = transformer(samples, sample);
    assertThat(stage.transformSchema(sample.rows().schema())).isEqualTo(foretold);
    Dataset<Row> result = stage.transform(sample.rows());
    assertThat(result.schema()).isEqualTo(foretold);
    assertThat(result.columns()).contains(sample.rows().columns());
    assertThat(sorted(result.select(columns(sample.rows())))).isEqualTo(sorted(sample.rows()));
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).map(EveryStageTest::column).toArray(Column[]::new);
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void emptyPartitionsAndEmptyTablesStay(Sample sample) {
    Dataset<Row> result = transform(sample, sample.rows());
    RowComparison.assertClose(
        sorted(transform(sample, sample.rows().repartition(16))), sorted(result));
    Dataset<Row> none = transform(sample, sample.rows().limit(0));
    assertThat(none.schema()).isEqualTo(result.schema());
    assertThat(none.collectAsList()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void estimatorsFitOverEmptyPartitions(Sample sample) {
    Transformer model = fit(sample, sample.rows().repartition(16, functions.col("id")));
    assertThat(model.transform(sample.rows()).collectAsList()).hasSize(StageSamples.ROWS);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void namesMayHaveDotsCapitalsAndQuotes(Sample sample) {
    Sample other = renamed.get(samples.indexOf(sample));
    assertThat(other.name()).isEqualTo(sample.name());
    assertThat(other.rows().columns()[1]).startsWith("The.").endsWith("`s");
    Dataset<Row> expected = transformer(samples, sample).transform(sample.rows());
    Dataset<Row> actual = transformer(renamed, other).transform(other.rows());
    assertThat(actual.schema()).isEqualTo(other.stage().transformSchema(other.rows().schema()));
    RowComparison.assertClose(sorted(actual), sorted(expected));
  }

  /** The rows with null in one row of the columns that the stage reads. */
  private static Dataset<Row> withNulls(Sample sample) {
    Dataset<Row> rows = sample.rows();
    for (String input : sample.inputs()) {
      rows = rows.withColumn(input, functions.when(column("id").notEqual(NULL_ROW), column(input)));
    }
    return rows;
  }

  /** A stage that predicts with another one leaves nulls to that one, here to keep. */
  private static boolean hasPolicy(Sample sample) {
    return sample.stage().hasParam("handleInvalid") && !sample.name().endsWith(" of a stage");
  }

  private static Sample withPolicy(Sample sample, String policy) {
    PipelineStage stage = sample.stage().copy(ParamMap.empty());
    set(stage, "handleInvalid", policy);
    return new Sample(sample.name(), stage, sample.rows(), sample.inputs());
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void nullsFollowThePolicy(Sample sample) {
    Dataset<Row> rows = withNulls(sample);
    if (!hasPolicy(sample)) {
      assertThat(transform(sample, rows).collectAsList()).hasSize(StageSamples.ROWS);
      return;
    }
    assertThatThrownBy(() -> transform(withPolicy(sample, "error"), rows).collectAsList())
        .hasStackTraceContaining(sample.inputs().get(0));
    assertThat(sorted(transform(withPolicy(sample, "skip"), rows)))
        .hasSize(StageSamples.ROWS - 1)
        .noneMatch(row -> row.<Long>getAs("id") == NULL_ROW);
    assertThat(transform(withPolicy(sample, "keep"), rows).collectAsList())
        .hasSize(StageSamples.ROWS);
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void nullsFollowThePolicyInAFit(Sample sample) {
    Dataset<Row> rows = withNulls(sample);
    if (!hasPolicy(sample)) {
      assertThat(fit(sample, rows).transform(rows).collectAsList()).hasSize(StageSamples.ROWS);
      return;
    }
    assertThatThrownBy(() -> fit(withPolicy(sample, "error"), rows))
        .hasStackTraceContaining(sample.inputs().get(0));
    for (String policy : List.of("skip", "keep")) {
      assertThat(fit(withPolicy(sample, policy), rows).transform(sample.rows()).collectAsList())
          .hasSize(StageSamples.ROWS);
    }
  }

  @Test
  void stagesOfVectorsAreKnown() {
    assertThat(samplesOfVectors())
        .extracting(sample -> sample.stage().getClass().getSimpleName())
        .containsOnly(
            "NetworkClassifier",
            "NetworkClassificationModel",
            "NetworkRegressor",
            "NetworkRegressionModel",
            "NetworkEstimator",
            "NetworkModel",
            "ParallelPostFit",
            "AveragedLinear",
            "AveragedLinearModel",
            "KernelShap",
            "Lime",
            "NormalizerEstimator",
            "NormalizerModel");
  }

  private static List<String> vectors(Sample sample) {
    StructType schema = sample.rows().schema();
    return sample.inputs().stream()
        .filter(name -> schema.apply(name).dataType().equals(SQLDataTypes.VectorType()))
        .toList();
  }

  static List<Sample> samplesOfVectors() {
    return samples.stream().filter(sample -> !vectors(sample).isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("samplesOfVectors")
  void sparseVectorsGiveTheSameBitsAsDenseOnes(Sample sample) {
    UserDefinedFunction toSparse =
        udf((UDF1<Vector, Vector>) Vector::toSparse, SQLDataTypes.VectorType());
    Dataset<Row> sparse = sample.rows();
    for (String name : vectors(sample)) {
      sparse = sparse.withColumn(name, toSparse.apply(column(name)));
      assertThat(sparse.first().<Vector>getAs(name)).isInstanceOf(SparseVector.class);
    }
    Transformer dense = transformer(samples, sample);
    Transformer other =
        sample.stage() instanceof Transformer transformer ? transformer : fit(sample, sparse);
    assertThat(bits(other.transform(sparse))).isEqualTo(bits(dense.transform(sample.rows())));
  }

  /** The rows with vectors as the bits of their entries. */
  private static List<Object> bits(Dataset<Row> rows) {
    List<Object> all = new ArrayList<>();
    for (Row row : sorted(rows)) {
      for (int i = 0; i < row.length(); i++) {
        Object value = row.get(i);
        all.add(
            value instanceof Vector vector
                ? Arrays.stream(vector.toArray()).mapToObj(Double::doubleToRawLongBits).toList()
                : Arrays.deepToString(new Object[] {value}));
      }
    }
    return all;
  }
}
