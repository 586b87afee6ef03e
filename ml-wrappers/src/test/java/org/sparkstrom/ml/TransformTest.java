// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.spark.network.NetworkSnapshot;

class TransformTest {

  private static final String[] OUTPUTS = {"rawPrediction", "probability", "prediction"};

  private static NetworkClassificationModel model;
  private static Dataset<Row> data;
  private static List<Row> expected;

  @BeforeAll
  static void predictDenseVectors() {
    TestSpark.session();
    model = TestData.model();
    data = TestData.clouds(100).cache();
    expected = outputs(model.transform(data));
  }

  /** Only the outputs, in the order of the id. */
  private static List<Row> outputs(Dataset<Row> transformed) {
    return transformed.orderBy("id").select("id", OUTPUTS).collectAsList();
  }

  @Test
  void keepsRowsInOrderAndColumnsAndAppendsTheOutputs() {
    Dataset<Row> transformed = model.transform(data);
    assertThat(transformed.columns())
        .containsExactly("id", "features", "label", "rawPrediction", "probability", "prediction");
    assertThat(transformed.select("id", "features", "label").collectAsList())
        .isEqualTo(data.collectAsList());
  }

  @Test
  void predictionsDifferBetweenRows() {
    assertThat(expected.stream().map(row -> row.<Vector>getAs("probability")).distinct())
        .hasSizeGreaterThan(90);
  }

  @Test
  void schemaIsTheOneThatTransformSchemaTells() {
    assertThat(model.transform(data).schema()).isEqualTo(model.transformSchema(data.schema()));
  }

  @Test
  void metadataOfTheInputIsKept() {
    Dataset<Row> indexed =
        data.withColumn(
            "label",
            data.col("label"),
            NominalAttribute.defaultAttr().withValues("a", "b", "c").toMetadata());
    Dataset<Row> transformed = model.transform(indexed);
    assertThat(transformed.schema()).isEqualTo(model.transformSchema(indexed.schema()));
    assertThat(
            new IndexToString()
                .setInputCol("label")
                .setOutputCol("name")
                .transform(transformed)
                .select("name")
                .distinct()
                .count())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"r,q,p", "'',q,p", "r,'',p", "r,q,''", "'','',p", "'','',''"})
  void anEmptyNameTurnsAColumnOff(String raw, String probability, String prediction) {
    NetworkClassificationModel some =
        copy().setRawPredictionCol(raw).setProbabilityCol(probability).setPredictionCol(prediction);
    Dataset<Row> transformed = some.transform(data);
    assertThat(transformed.schema()).isEqualTo(some.transformSchema(data.schema()));
    List<String> wanted = new ArrayList<>(List.of("id", "features", "label"));
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = List.of(raw, probability, prediction).get(i);
      if (!name.isEmpty()) {
        wanted.add(name);
        places.add(i + 1);
      }
    }
    assertThat(transformed.columns()).containsExactlyElementsOf(wanted);
    List<Row> rows = transformed.orderBy("id").collectAsList();
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < places.size(); j++) {
        assertThat(rows.get(i).get(3 + j)).isEqualTo(expected.get(i).get(places.get(j)));
      }
    }
  }

  @Test
  void sparseVectorsGiveTheSameBitsAsDenseOnes() {
    UserDefinedFunction toSparse =
        udf((UDF1<Vector, Vector>) Vector::toSparse, SQLDataTypes.VectorType());
    Dataset<Row> sparse = data.withColumn("features", toSparse.apply(data.col("features")));
    assertThat(sparse.first().<Vector>getAs("features")).isInstanceOf(SparseVector.class);
    assertThat(outputs(model.transform(sparse))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float64", "float32"})
  void arrayColumnsGiveTheSameBitsAsVectors(String type) {
    Dataset<Row> arrays =
        data.withColumn("features", functions.vector_to_array(data.col("features"), type));
    assertThat(outputs(model.transform(arrays))).isEqualTo(expected);
    assertThat(model.transform(arrays).schema()).isEqualTo(model.transformSchema(arrays.schema()));
  }

  @Test
  void aNumberColumnIsAVectorOfOne() {
    NetworkClassificationModel one =
        new NetworkClassificationModel(
            "one",
            NetworkSnapshot.initial(NetworkKind.CLASSIFIER.ofLayers(new int[] {1, 4, 2}, 0.1, 3)));
    Dataset<Row> numbers = TestSpark.session().range(-10, 10).toDF("id");
    Dataset<Row> vectors =
        TestData.frame(
            numbers.collectAsList().stream()
                .map(row -> RowFactory.create(row.get(0), Vectors.dense((double) row.getLong(0))))
                .toList(),
            new StructType().add("id", "long").add("features", SQLDataTypes.VectorType()));
    assertThat(outputs(one.setFeaturesCol("id").transform(numbers)))
        .isEqualTo(outputs(one.setFeaturesCol("features").transform(vectors)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000})
  void theBatchSizeDoesNotChangeThePrediction(int batchSize) {
    NetworkClassificationModel batched = copy().setPredictionBatchSize(batchSize);
    assertSameOutputs(outputs(batched.transform(data)));
  }

  @Test
  void singleVectorsArePredictedAsInTransform() {
    List<Row> rows = data.orderBy("id").collectAsList();
    for (int i = 0; i < rows.size(); i++) {
      Vector features = rows.get(i).getAs("features");
      Row row = expected.get(i);
      assertClose(model.predictRaw(features), row.getAs("rawPrediction"));
      assertClose(model.predictProbability(features), row.getAs("probability"));
      assertThat(model.predict(features)).isEqualTo(row.getAs("prediction"));
      assertThat(model.predictProbability(features.toSparse()))
          .isEqualTo(model.predictProbability(features));
    }
  }

  /** Equal but for the order of sums, which depends on a row's place in its batch. */
  private static void assertSameOutputs(List<Row> actual) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Row row = actual.get(i);
      assertClose(row.getAs("rawPrediction"), expected.get(i).getAs("rawPrediction"));
      assertClose(row.getAs("probability"), expected.get(i).getAs("probability"));
      assertThat(row.<Double>getAs("prediction")).isEqualTo(expected.get(i).getAs("prediction"));
    }
  }

  private static void assertClose(Vector actual, Vector wanted) {
    assertThat(actual.toArray()).containsExactly(wanted.toArray(), within(1e-5));
  }

  @Test
  void thresholdsMoveThePrediction() {
    NetworkClassificationModel biased = copy().setThresholds(new double[] {1, 0, 1});
    assertThat(biased.transform(data).filter("prediction = 1").count()).isEqualTo(100);
    assertThat(biased.predict(Vectors.dense(1, 2, 3, 4))).isEqualTo(1);
  }

  @Test
  void thresholdsDecideAsInSparksOwnModels() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      NetworkClassificationModel biased = copy();
      if (run % 4 > 0) {
        biased.setThresholds(
            new double[] {random.nextDouble(), run % 4 - 1, random.nextDouble() + 0.01});
      }
      double[] p = {random.nextInt(3) / 4.0, random.nextInt(3) / 4.0, random.nextDouble()};
      assertThat(SchemaChecks.columns(biased, 3).prediction(p))
          .as("seed %d, run %d", seed, run)
          .isEqualTo(biased.probability2prediction(Vectors.dense(p)));
    }
  }

  @Test
  void columnsWhoseNamesDifferInCaseStayApart() {
    Dataset<Row> twice =
        data.select("id", "label", "features", "label").toDF("id", "x", "features", "X");
    Dataset<Row> transformed = model.transform(twice);
    assertThat(transformed.schema()).isEqualTo(model.transformSchema(twice.schema()));
    assertThat(transformed.columns()).startsWith("id", "x", "features", "X");
    assertThat(outputs(transformed)).isEqualTo(expected);
  }

  @Test
  void emptyPartitionsAndEmptyDataFramesGiveEmptyResults() {
    assertThat(outputs(model.transform(data.repartition(7).filter("id < 3")))).hasSize(3);
    assertThat(outputs(model.transform(data.limit(0)))).isEmpty();
    Dataset<Row> none = TestSpark.session().createDataFrame(new ArrayList<Row>(), TestData.SCHEMA);
    assertThat(outputs(model.transform(none))).isEmpty();
  }

  @Test
  void columnNamesWithDotsAndUpperCaseWork() {
    NetworkClassificationModel dotted =
        copy()
            .setFeaturesCol("My.Features")
            .setPredictionCol("the.prediction")
            .setProbabilityCol("P")
            .setRawPredictionCol("raw[0]");
    Dataset<Row> renamed = data.withColumnRenamed("features", "My.Features");
    Dataset<Row> transformed = dotted.transform(renamed);
    assertThat(transformed.schema()).isEqualTo(dotted.transformSchema(renamed.schema()));
    assertThat(transformed.orderBy("id").collectAsList().get(42).<Double>getAs("the.prediction"))
        .isEqualTo(expected.get(42).getAs("prediction"));
  }

  @Test
  void streamsArePredictedLikeTables(@TempDir Path folder)
      throws TimeoutException, StreamingQueryException {
    String input = folder.resolve("input").toString();
    data.repartition(3).write().parquet(input);
    Dataset<Row> stream =
        TestSpark.session()
            .readStream()
            .schema(data.schema())
            .option("maxFilesPerTrigger", 1)
            .parquet(input);
    StreamingQuery query =
        model
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("predicted")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(TimeUnit.MINUTES.toMillis(10))).isTrue();
    assertSameOutputs(outputs(TestSpark.session().table("predicted")));
  }

  private static Dataset<Row> withInvalidRows() {
    StructType schema =
        new StructType()
            .add("id", "long", false)
            .add("features", DataTypes.createArrayType(DataTypes.DoubleType));
    List<Row> rows =
        List.of(
            RowFactory.create(0L, new Double[] {1.0, 2.0, 3.0, 4.0}),
            RowFactory.create(1L, new Double[] {1.0, null, 3.0, 4.0}),
            RowFactory.create(2L, null),
            RowFactory.create(3L, new Double[] {1.0, Double.NaN, 3.0, 4.0}),
            RowFactory.create(4L, new Double[] {1.0, 0.0, 3.0, 4.0}));
    return TestSpark.session().createDataFrame(rows, schema).coalesce(1);
  }

  @Test
  void skipLeavesInvalidRowsOut() {
    NetworkClassificationModel skipping = copy().setHandleInvalid("skip");
    assertThat(outputs(skipping.transform(withInvalidRows())).stream().map(row -> row.get(0)))
        .containsExactly(0L, 4L);
  }

  @Test
  void keepCountsInvalidValuesAsZero() {
    List<Row> kept = outputs(copy().setHandleInvalid("keep").transform(withInvalidRows()));
    assertThat(kept).hasSize(5);
    assertClose(kept.get(1).getAs("probability"), kept.get(4).getAs("probability"));
    assertClose(kept.get(3).getAs("probability"), kept.get(4).getAs("probability"));
  }

  @Test
  void errorNamesRowAndColumn() {
    assertThatThrownBy(() -> copy().transform(withInvalidRows()).collect())
        .hasStackTraceContaining(
            "partition 0, row 1 in it: column 'features' is null, NaN or infinite at feature 1; "
                + "clean it, or set handleInvalid to 'skip' or 'keep'");
  }

  @Test
  void aSingleVectorFollowsThePolicyToo() {
    Vector invalid = Vectors.dense(1, Double.NaN, 3, 4);
    assertThatThrownBy(() -> copy().predict(invalid))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the vector is NaN or infinite at feature 1; clean it, or set handleInvalid to 'keep'");
    assertThat(copy().setHandleInvalid("keep").predictProbability(invalid))
        .isEqualTo(copy().predictProbability(Vectors.dense(1, 0, 3, 4)));
    assertThatThrownBy(() -> copy().predict(Vectors.dense(1, 2)))
        .hasMessage("the vector has 2 features, but the network takes 4 inputs");
  }

  @Test
  void rawPredictionIsTurnedIntoItsProbability() {
    Vector features = Vectors.dense(1, 2, 3, 4);
    double[] back = model.raw2probability(model.predictRaw(features)).toArray();
    double[] probability = model.predictProbability(features).toArray();
    for (int i = 0; i < back.length; i++) {
      assertThat(back[i]).isCloseTo(probability[i], within(1e-15));
    }
  }

  @Test
  void badColumnsAreErrorsBeforeAnyJob() {
    assertThatThrownBy(() -> copy().setFeaturesCol("x").transform(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features column 'x' does not exist; the columns are [id, features");
    assertThatThrownBy(() -> copy().transform(data.withColumnRenamed("label", "prediction")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output column 'prediction' exists already");
    NetworkClassificationModel biased = copy();
    biased.set(biased.thresholds(), new double[] {1, 1});
    assertThatThrownBy(() -> biased.transform(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there are 2 thresholds and 3 classes");
    Dataset<Row> pair =
        new VectorAssembler()
            .setInputCols(new String[] {"id", "label"})
            .setOutputCol("pair")
            .transform(data);
    assertThatThrownBy(() -> copy().setFeaturesCol("pair").transform(pair))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the network takes 4 inputs, but column 'pair' has 2 features");
  }

  @Test
  void aModelWithoutANetworkSaysSo() {
    assertThatThrownBy(() -> new NetworkClassificationModel("empty").transform(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("empty must have a network, but was made without one");
  }

  @Test
  void copiesShareOneBroadcast() {
    assertThat(copy().fitted().broadcast(TestSpark.session().sparkContext()))
        .isSameAs(copy().fitted().broadcast(TestSpark.session().sparkContext()));
  }

  private static NetworkClassificationModel copy() {
    return model.copy(ParamMap.empty());
  }
}
