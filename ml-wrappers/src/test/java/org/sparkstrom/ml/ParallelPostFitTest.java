// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ParallelPostFitTest {

  private static Dataset<Row> data;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
    data = TestData.clouds(100).cache();
  }

  /** A stage of each kind of model that takes the features. */
  static Stream<ParallelPostFit> stages() {
    return Stream.of(PostFitData.named(), PostFitData.network(), function(), ofStage());
  }

  private static ParallelPostFit function() {
    return ParallelPostFit.ofFunction(
            rows ->
                rows.stream()
                    .map(row -> RowFactory.create(Vectors.norm(row.getAs(0), 1), rows.size()))
                    .toList())
        .setInputCols("features")
        .setOutputSchema("norm double, batch int");
  }

  private static ParallelPostFit ofStage() {
    NetworkClassificationModel model = TestData.model();
    return ParallelPostFit.ofStage(model.setFeaturesCol("x"))
        .setModelInputs("x")
        .setInputCols("features")
        .setModelOutputs("prediction", "probability")
        .setOutputCols("p", "q");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void keepsColumnsAndRowsInOrderAndTellsItsSchema(ParallelPostFit stage) {
    Dataset<Row> predicted = stage.transform(data);
    assertThat(predicted.schema()).isEqualTo(stage.transformSchema(data.schema()));
    List<Row> before = data.collectAsList();
    List<Row> after = predicted.select("id", "features", "label").collectAsList();
    assertThat(after).isEqualTo(before);
    assertThat(predicted.collectAsList()).allSatisfy(row -> assertThat(row.anyNull()).isFalse());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void emptyPartitionsAndEmptyFramesGiveNoRows(ParallelPostFit stage) {
    assertThat(stage.transform(data.limit(3).repartition(20)).count()).isEqualTo(3);
    assertThat(stage.transform(data.limit(0)).collectAsList()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void streamsArePredictedLikeTables(ParallelPostFit stage, @TempDir Path folder)
      throws TimeoutException, StreamingQueryException {
    String input = folder.resolve("input").toString();
    data.coalesce(1).write().parquet(input);
    Dataset<Row> stream = TestSpark.session().readStream().schema(data.schema()).parquet(input);
    StreamingQuery query =
        stage
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("post_fit")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(TimeUnit.MINUTES.toMillis(10))).isTrue();
    assertThat(TestSpark.session().table("post_fit").orderBy("id").collectAsList())
        .isEqualTo(
            stage
                .transform(TestSpark.session().read().parquet(input))
                .orderBy("id")
                .collectAsList());
  }

  @Test
  void theNetworkGivesWhatDl4jGives() {
    List<Row> predicted = PostFitData.network().transform(data).collectAsList();
    MultiLayerNetwork network = PostFitData.snapshot().restore();
    for (Row row : predicted) {
      float[] x = PostFitData.floats(row.<Vector>getAs("features"));
      try (INDArray input = Nd4j.create(x, new long[] {1, x.length}, 'c');
          INDArray output = network.output(input)) {
        assertThat(PostFitData.floats(row.getAs("output")))
            .usingComparatorWithPrecision(1e-6f)
            .containsExactly(output.dup('c').data().asFloat());
      }
    }
    network.close();
  }

  @Test
  void theWrappedStageGivesWhatItGivesAlone() {
    NetworkClassificationModel model = TestData.model();
    List<Row> alone = model.transform(data).collectAsList();
    List<Row> wrapped = ofStage().transform(data).collectAsList();
    assertThat(PostFitData.column(wrapped, "p")).isEqualTo(PostFitData.column(alone, "prediction"));
    assertThat(PostFitData.column(wrapped, "q"))
        .isEqualTo(PostFitData.column(alone, "probability"));
  }

  @Test
  void theWrappedStageLeavesAColumnOfItsInputsNameAlone() {
    Dataset<Row> clash =
        data.withColumn("x", functions.lit("mine")).withColumn("a.b", functions.lit(1));
    Dataset<Row> wrapped = ofStage().transform(clash);
    assertThat(wrapped.columns()).containsExactly("id", "features", "label", "x", "a.b", "p", "q");
    assertThat(PostFitData.column(wrapped.collectAsList(), "x")).containsOnly("mine");
  }

  @Test
  void theFunctionGetsBatches() {
    List<Row> rows =
        function().setPredictionBatchSize(30).transform(data.coalesce(1)).collectAsList();
    assertThat(PostFitData.column(rows, "batch")).hasSize(100).startsWith(30).endsWith(10);
    assertThat(PostFitData.column(rows, "norm"))
        .isEqualTo(rows.stream().map(row -> Vectors.norm(row.getAs("features"), 1)).toList());
  }

  @Test
  void aModelThatCannotBeReadIsNamedWithTheReason(@TempDir Path folder) throws IOException {
    String missing = folder.resolve("missing.onnx").toString();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ParallelPostFit.ofOnnx(missing))
        .withMessageContaining("cannot read the model '" + missing + "': ")
        .withMessageContaining("FileNotFoundException");
    String text = Files.writeString(folder.resolve("text.zip"), "no zip").toString();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ParallelPostFit.ofNetwork(text))
        .withMessageContaining("cannot read the model '" + text + "': ")
        .withMessageContaining("zip");
  }

  @Test
  void anUnknownOutputOrInputIsRefusedWithWhatTheModelHas() {
    String model =
        "the model takes 'x' FLOAT32 [any, 4] and gives 'probabilities' FLOAT32 [any, 3], 'label' INT64 [any]";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().setModelOutputs("probs").transform(data))
        .withMessage("the model has no output 'probs': " + model);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PostFitData.onnx().setInputMapping(Map.of("y", "features")).transform(data))
        .withMessage(
            "input 'y' is mapped to column 'features', but the model has no such input: " + model);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParallelPostFit.ofOnnx(PostFitData.TWO_HEADS).transform(data))
        .withMessageStartingWith(
            "column 'x' for the model's input 'x' FLOAT32 [any, 4] does not exist; the columns are [id, features, label]")
        .withMessageEndingWith(model);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().setInputCols("features", "label").transform(data))
        .withMessageStartingWith("inputCols must be one for each of the model's inputs [x]");
  }

  @Test
  void aMismatchOfShapesIsRefusedOnTheDriverWithBothShapes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().setInputCols("label").transformSchema(data.schema()))
        .withMessageStartingWith(
            "column 'label' (double) has rows of shape [], but the model's input 'x' FLOAT32 [any, 4] takes rows of [4]");
    StructType nested =
        new StructType()
            .add(
                "features",
                DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().transformSchema(nested))
        .withMessageStartingWith(
            "column 'features' (array<array<float>>) has rows of shape [any, any], but the model's input 'x' FLOAT32 [any, 4] takes rows of [4]");
    Dataset<Row> assembled =
        new org.apache.spark.ml.feature.VectorAssembler()
            .setInputCols(new String[] {"id", "label"})
            .setOutputCol("two")
            .transform(data);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.network().setInputCols("two").transform(assembled))
        .withMessageContaining(
            "has rows of shape [2], but the model's input 'input' FLOAT32 [any, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PostFitData.onnx()
                    .transformSchema(new StructType().add("features", DataTypes.StringType)))
        .withMessageStartingWith(
            "column 'features' must hold numbers, arrays of them, or vectors for the model's input 'x'");
  }

  @Test
  void whatOnlyRowsTellNamesBothShapesToo() {
    Dataset<Row> shorter =
        TestSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(Vectors.dense(1, 2, 3))),
                new StructType().add("features", SQLDataTypes.VectorType()));
    for (ParallelPostFit stage : List.of(PostFitData.onnx(), PostFitData.network())) {
      assertThatThrownBy(() -> stage.transform(shorter).collectAsList())
          .hasStackTraceContaining("column 'features' has a row of shape [3], but input '")
          .hasStackTraceContaining("of the model takes rows of [4]");
    }
  }

  @Test
  void invalidRowsFollowThePolicy() {
    List<Row> rows = new ArrayList<>();
    rows.add(RowFactory.create(Vectors.dense(1, 2, 3, 4)));
    rows.add(RowFactory.create((Object) null));
    rows.add(RowFactory.create(Vectors.dense(1, Double.NaN, 3, 4)));
    StructType schema = new StructType().add("features", SQLDataTypes.VectorType());
    Dataset<Row> invalid = TestSpark.session().createDataFrame(rows, schema).coalesce(1);
    for (ParallelPostFit stage : List.of(PostFitData.onnx(), PostFitData.network())) {
      assertThatThrownBy(() -> stage.transform(invalid).collectAsList())
          .hasStackTraceContaining(
              "row 1 in it: column 'features' is null; clean it, or set handleInvalid to 'skip' or 'keep'");
      assertThat(stage.setHandleInvalid("skip").transform(invalid).count()).isEqualTo(1);
      List<Row> kept = stage.setHandleInvalid("keep").transform(invalid).collectAsList();
      rows.set(1, RowFactory.create(Vectors.zeros(4)));
      rows.set(2, RowFactory.create(Vectors.dense(1, 0, 3, 4)));
      List<Row> zeros =
          stage
              .transform(TestSpark.session().createDataFrame(rows, schema).coalesce(1))
              .collectAsList();
      assertThat(kept)
          .extracting(row -> row.get(1))
          .isEqualTo(zeros.stream().map(row -> row.get(1)).toList());
      rows.set(1, RowFactory.create((Object) null));
      rows.set(2, RowFactory.create(Vectors.dense(1, Double.NaN, 3, 4)));
    }
    assertThat(function().setHandleInvalid("skip").transform(invalid).count()).isEqualTo(2);
  }

  @Test
  void outputsBecomeTheDeclaredTypes() {
    StructType declared =
        new StructType().add("q", SQLDataTypes.VectorType()).add("class", DataTypes.DoubleType);
    Dataset<Row> predicted = PostFitData.onnx().setOutputSchema(declared).transform(data);
    assertThat(predicted.schema().apply("q").dataType()).isEqualTo(SQLDataTypes.VectorType());
    Row first = predicted.first();
    assertThat(first.<Vector>getAs("q").argmax())
        .isEqualTo((int) first.<Double>getAs("class").doubleValue());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().setOutputSchema("q float, l int").transform(data))
        .withMessageStartingWith(
            "column 'q' of the output schema must hold the model's output 'probabilities' FLOAT32 [any, 3], but is float; declare it as array<float>");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PostFitData.onnx().setOutputSchema("q array<double>, l int").transform(data))
        .withMessageContaining("output 'label' INT64 [any], but is int; declare it as bigint");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().setOutputSchema("no schema at all"))
        .withMessageStartingWith("outputSchema must be DDL such as 'score double, label bigint'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostFitData.onnx().setOutputCols("features", "l").transform(data))
        .withMessage("output column 'features' exists already; drop it or choose another name");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void registersASqlFunction(ParallelPostFit stage) {
    if (stage.modelDescription().startsWith("the model is ")
        && !stage.isSet(stage.outputSchema())) {
      stage.registerFunction(TestSpark.session(), "score"); // predicts one number
      assertThat(sql("score(features)")).isEqualTo(PostFitData.column(rows(stage), "p"));
      return;
    }
    stage.setPredictionBatchSize(1);
    String[] outputs =
        Stream.of(stage.transformSchema(data.schema()).fieldNames()).skip(3).toArray(String[]::new);
    stage.registerFunction(TestSpark.session(), "score");
    for (String output : outputs) {
      String call = outputs.length == 1 ? "score(features)" : "score(features)." + output;
      assertThat(sql(call)).isEqualTo(PostFitData.column(rows(stage), output));
    }
  }

  private static List<Row> rows(ParallelPostFit stage) {
    return stage.transform(data.orderBy("id").coalesce(1)).collectAsList();
  }

  private static List<Object> sql(String call) {
    data.createOrReplaceTempView("clouds");
    return TestSpark.session()
        .sql("select %s as value from clouds order by id".formatted(call))
        .collectAsList()
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  @Test
  void aSqlFunctionOfAConstantWorksOutsideOfTasks() {
    PostFitData.onnx()
        .setModelOutputs("label")
        .registerFunction(TestSpark.session(), "constant_label");
    assertThat(
            TestSpark.session()
                .sql("select constant_label(array(0.0, 0.0, 0.0, 9.0))")
                .first()
                .getLong(0))
        .isEqualTo(2);
  }

  @Test
  void aStageThatPredictsNoSingleRowIsNoSqlFunction() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ParallelPostFit.ofStage(new org.apache.spark.ml.feature.VectorAssembler())
                    .registerFunction(TestSpark.session(), "none"))
        .withMessageContaining(
            "this is a org.apache.spark.ml.feature.VectorAssembler; use transform");
  }

  @Test
  void aFunctionThatGivesOtherRowsThanDeclaredIsRefused() {
    ParallelPostFit fewer =
        ParallelPostFit.ofFunction(rows -> List.of()).setOutputSchema("y double");
    assertThatThrownBy(() -> fewer.transform(data).collectAsList())
        .hasStackTraceContaining("must give a row for each of the batch's");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParallelPostFit.ofFunction(rows -> rows).transform(data))
        .withMessageContaining("must be declared, but outputSchema is not set");
  }
}
