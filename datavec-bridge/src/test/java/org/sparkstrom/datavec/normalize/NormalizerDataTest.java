// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.JobCounter;
import org.sparkstrom.datavec.TestSpark;

/** Nulls, NaN, lengths, names, streams, and what a fit costs. */
class NormalizerDataTest {
  private static final long DEADLINE_MS = 600_000;

  private final Dataset<Row> holes =
      TestSpark.frame(
          StructType.fromDDL("x DOUBLE, a ARRAY<DOUBLE>"),
          RowFactory.create(1.0, new Double[] {1.0, 10.0}),
          RowFactory.create(null, new Double[] {2.0, 20.0}),
          RowFactory.create(3.0, new Double[] {3.0, null}),
          RowFactory.create(Double.NaN, new Double[] {4.0, 40.0}),
          RowFactory.create(5.0, null),
          RowFactory.create(7.0, new Double[] {7.0, Double.POSITIVE_INFINITY}),
          RowFactory.create(9.0, new Double[] {9.0, 30.0}));

  private static NormalizerEstimator bounds() {
    return new NormalizerEstimator().setInputCols("x", "a").setStrategies("minMax");
  }

  @Test
  void invalidEntriesFailTheFitByDefaultWithTheirNumber() {
    assertThatThrownBy(() -> bounds().fit(holes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'x' has 1 nulls and 1 entries")
        .hasMessageContaining("column 'a' has 1 nulls and 2 entries")
        .hasMessageContaining("set handleInvalid to 'skip'");
  }

  @Test
  void skipLeavesIncompleteRowsOutOfFitAndResult() {
    NormalizerModel model = bounds().setHandleInvalid("skip").fit(holes);

    Scaling scaling = model.normalization().inputs().get(0);
    assertThat(scaling.offsets()).containsExactly(1, 1, 10);
    assertThat(scaling.uppers()).containsExactly(9, 9, 30);
    assertThat(model.transform(holes).select("x").collectAsList())
        .containsExactly(RowFactory.create(0.0), RowFactory.create(1.0));
  }

  @Test
  void keepLeavesEntriesOutOfTheFitAndHolesInTheResult() {
    NormalizerModel model = bounds().setHandleInvalid("keep").fit(holes);

    Scaling scaling = model.normalization().inputs().get(0);
    assertThat(scaling.offsets()).containsExactly(1, 1, 10);
    assertThat(scaling.uppers()).containsExactly(9, 9, 40);
    List<Row> rows = model.transform(holes).collectAsList();
    assertThat(rows).hasSize(7);
    assertThat(rows.get(1).isNullAt(0)).isTrue();
    assertThat(rows.get(2).<Double>getList(1)).containsExactly(0.25, Double.NaN);
    assertThat(rows.get(3).getDouble(0)).isNaN();
    assertThat(rows.get(4).isNullAt(1)).isTrue();
    assertThat(rows.get(5).<Double>getList(1)).containsExactly(0.75, Double.POSITIVE_INFINITY);
  }

  @Test
  void anInvalidRowFailsTheTransformByDefault() {
    NormalizerModel model = bounds().setHandleInvalid("skip").fit(holes).setHandleInvalid("error");

    assertThatThrownBy(() -> model.transform(holes).collectAsList())
        .rootCause()
        .hasMessageContaining("column 'x' must hold finite numbers, but a row has null");
  }

  @Test
  void featuresWithoutValuesAndNoRowsAreRefused() {
    StructType schema = StructType.fromDDL("a ARRAY<DOUBLE>");
    NormalizerEstimator estimator =
        new NormalizerEstimator().setInputCols("a").setHandleInvalid("keep");

    assertThatThrownBy(
            () ->
                estimator.fit(
                    TestSpark.frame(schema, RowFactory.create((Object) new Double[] {1.0, null}))))
        .hasMessageContaining("feature 1 of column 'a' has none that is finite");
    assertThatThrownBy(() -> estimator.fit(TestSpark.frame(schema)))
        .hasMessageContaining("column 'a' has none; fit on data that has some");
    assertThatThrownBy(
            () ->
                new NormalizerEstimator()
                    .setInputCols("x", "a")
                    .setHandleInvalid("skip")
                    .fit(holes.filter("x is null")))
        .hasMessageContaining("(1 rows with invalid entries were skipped)");
  }

  @Test
  void rowsOfDifferentLengthsAreRefused() {
    StructType schema = StructType.fromDDL("a ARRAY<DOUBLE>");
    Dataset<Row> ragged =
        TestSpark.frame(
            schema,
            RowFactory.create((Object) new double[] {1, 2}),
            RowFactory.create((Object) new double[] {1, 2, 3}));
    NormalizerEstimator estimator = new NormalizerEstimator().setInputCols("a");

    assertThatThrownBy(() -> estimator.fit(ragged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".*same number of features in all rows, but has [23] and [23];.*");
    NormalizerModel model = estimator.fit(ragged.filter("size(a) = 2"));
    assertThatThrownBy(() -> model.transform(ragged).collectAsList())
        .rootCause()
        .hasMessageContaining("must have 2 features, as it was fitted, but a row has 3");
    assertThat(model.setHandleInvalid("keep").transform(ragged).filter("a is null").count())
        .isEqualTo(1);
    assertThat(model.setHandleInvalid("skip").transform(ragged).count()).isEqualTo(1);
  }

  @Test
  void aFitIsOnePassAndATransformIsNone() throws Exception {
    Dataset<Row> data = holes.repartition(5).cache();
    assertThat(data.count()).isEqualTo(7);
    NormalizerEstimator estimator = bounds().setHandleInvalid("keep");

    var fit = JobCounter.count(() -> estimator.fit(data));
    var lazy = JobCounter.count(() -> fit.result().transform(data));
    var image =
        JobCounter.count(
            () -> new NormalizerEstimator().setInputCols("a").setStrategies("image").fit(data));

    data.unpersist();
    assertThat(fit.jobs()).isBetween(1, 2); // adaptive execution counts the shuffle as its own
    assertThat(fit.stages()).isEqualTo(2); // the pass and the merge
    assertThat(lazy.jobs()).isZero();
    assertThat(image.jobs()).isZero();
  }

  @Test
  void allNumbersAreTakenAndNamesNeedNoQuoting() {
    Dataset<Row> data =
        TestSpark.frame(
            StructType.fromDDL(
                "`D.c` DECIMAL(10,2), `B y` TINYINT, L BIGINT, l FLOAT, `q``t` ARRAY<INT>"),
            RowFactory.create(new BigDecimal("1.50"), (byte) 2, 3L, 4f, new Integer[] {5}),
            RowFactory.create(new BigDecimal("3.50"), (byte) 4, 5L, 6f, new Integer[] {7}));
    NormalizerModel model =
        new NormalizerEstimator()
            .setInputCols("D.c", "B y", "L", "l", "q`t")
            .setStrategies("minMax")
            .setMin(-1)
            .fit(data);

    Dataset<Row> result = model.transform(data);

    assertThat(result.schema())
        .isEqualTo(model.transformSchema(data.schema()))
        .isEqualTo(
            new StructType()
                .add("D.c", "double")
                .add("B y", "double")
                .add("L", "double")
                .add("l", "float")
                .add("q`t", FeatureColumn.scaledType(data.schema().apply("q`t").dataType())));
    assertThat(result.collectAsList())
        .hasToString(
            "[[-1.0,-1.0,-1.0,-1.0,WrappedArray(-1.0)], [1.0,1.0,1.0,1.0,WrappedArray(1.0)]]");
    assertThat(model.getWidths()).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void whatDoesNotFitIsRefusedByTheSchemaAlone() {
    StructType schema = StructType.fromDDL("x DOUBLE, s STRING, y DOUBLE");
    NormalizerEstimator estimator = new NormalizerEstimator("n").setInputCols("x", "s", "Z");

    assertThatThrownBy(() -> estimator.transformSchema(schema))
        .hasMessageContaining("does not fit n: column 's' is string, but must be a number")
        .hasMessageContaining("column 'Z' is missing")
        .hasMessageContaining("has [x, s, y]; names are case-sensitive");
    assertThatThrownBy(() -> estimator.setInputCols("x").setOutputCols("y").transformSchema(schema))
        .hasMessageContaining("would write 'y', a column that is there already");
    assertThatThrownBy(() -> estimator.setOutputCols("u", "v").transformSchema(schema))
        .hasMessageContaining("has 2 and 1");
    assertThatThrownBy(() -> new NormalizerEstimator("n").transformSchema(schema))
        .hasMessageContaining("n has no inputCols");
    assertThatThrownBy(
            () ->
                new NormalizerEstimator()
                    .setInputCols("x", "y")
                    .setStrategies("minMax", "standardize")
                    .transformSchema(schema))
        .hasMessageContaining("take the layout 'separate'");
    assertThatThrownBy(
            () -> new NormalizerEstimator().setInputCols("x").setMin(1).transformSchema(schema))
        .hasMessageContaining("max above min, but is [1.0, 1.0]");
  }

  @Test
  void badParamsAreRefusedWithTheRule() {
    NormalizerEstimator estimator = new NormalizerEstimator();

    assertThatThrownBy(() -> estimator.setInputCols("a", "a")).hasMessageContaining("distinct");
    assertThatThrownBy(() -> estimator.setStrategies("log"))
        .hasMessageContaining("strategies must be one of [standardize, minMax, image, none]");
    assertThatThrownBy(() -> estimator.setMaxBits(0)).hasMessageContaining("from 1 to 32");
    assertThatThrownBy(() -> estimator.setMin(Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> estimator.setLayout("x")).hasMessageContaining("[joined, separate]");
    assertThatThrownBy(() -> estimator.setDeviation("x")).hasMessageContaining("population");
    assertThatThrownBy(() -> estimator.setHandleInvalid("x")).hasMessageContaining("keep");
  }

  @Test
  void aFileOfOneInputNeedsWidthsWhereColumnsAreNoNumbers() {
    Scaling three = Scaling.standardize(new double[3], new double[] {1, 1, 1});
    StructType schema = StructType.fromDDL("x DOUBLE, a ARRAY<DOUBLE>");
    NormalizerModel model = NormalizerModel.of(Normalization.joined(three), "x", "a");

    assertThatThrownBy(() -> model.transformSchema(schema))
        .hasMessageContaining("one input of 3 features")
        .hasMessageContaining("set widths");
    assertThat(model.setWidths(1, 2).transformSchema(schema).size()).isEqualTo(2);
    assertThatThrownBy(() -> model.setWidths(2, 1).transformSchema(schema))
        .hasMessageContaining("column 'x' is a number");
    assertThatThrownBy(
            () ->
                NormalizerModel.of(Normalization.separate(List.of(three)), "x", "a")
                    .transformSchema(schema))
        .hasMessageContaining("1 inputs");
  }

  @Test
  void aStreamGivesTheRowsThatTheBatchGives(@TempDir Path folder) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(input.resolve("a.csv"), "1,4\n2,\n3,8\n");
    SparkSession spark = TestSpark.session();
    StructType columns = StructType.fromDDL("`id.N` INT, v DOUBLE");
    Dataset<Row> batch = spark.read().schema(columns).csv(input.toString());
    NormalizerModel model =
        new NormalizerEstimator().setInputCols("v", "id.N").setHandleInvalid("skip").fit(batch);

    Dataset<Row> stream = model.transform(spark.readStream().schema(columns).csv(input.toString()));
    assertThat(stream.isStreaming()).isTrue();
    StreamingQuery query =
        stream
            .writeStream()
            .format("memory")
            .queryName("normalized")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    assertThat(spark.table("normalized").collectAsList())
        .hasSize(2)
        .isEqualTo(model.transform(batch).collectAsList())
        .isEqualTo(Arrays.asList(RowFactory.create(-1.0, -1.0), RowFactory.create(1.0, 1.0)));
  }
}
