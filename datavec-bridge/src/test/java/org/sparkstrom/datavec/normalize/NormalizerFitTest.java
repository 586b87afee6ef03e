// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.feature.MinMaxScaler;
import org.apache.spark.ml.feature.MinMaxScalerModel;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerHybrid;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.datavec.TestSpark;

/** What is fitted, against DL4J, Spark's own scalers and a loop over the rows. */
class NormalizerFitTest {
  private static final int FEATURES = 5;

  private static double[][] rows(long seed, int count) {
    Random random = new Random(seed);
    double[][] rows = new double[count][FEATURES];
    for (double[] row : rows) {
      row[0] = random.nextGaussian() * 3 + 7;
      row[1] = random.nextInt(4) == 0 ? random.nextGaussian() : 0; // mostly zeros
      row[2] = 42; // constant
      row[3] = -random.nextDouble() * 1000;
      row[4] = random.nextInt(256);
    }
    return rows;
  }

  private static Dataset<Row> vectors(double[][] rows, int partitions) {
    List<Row> list = new ArrayList<>();
    for (double[] row : rows) {
      list.add(RowFactory.create(Vectors.dense(row)));
    }
    StructType schema = new StructType().add("v", SQLDataTypes.VectorType());
    return TestSpark.frame(schema, list).repartition(partitions);
  }

  private static NormalizerEstimator estimator(String strategy) {
    return new NormalizerEstimator().setInputCols("v").setStrategies(strategy);
  }

  private static Offset<Double> near(double value) {
    return within(1e-6 * Math.max(1, Math.abs(value)));
  }

  private static void assertNear(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("feature %d", i).isCloseTo(expected[i], near(expected[i]));
    }
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20, 333})
  void standardizeIsWhatDl4jFits(long seed) {
    double[][] rows = rows(seed, 501);
    NormalizerStandardize dl4j = new NormalizerStandardize();
    INDArray features = Nd4j.create(rows);
    dl4j.fit(new DataSet(features.dup(), features.dup()));

    NormalizerModel model = estimator("standardize").fit(vectors(rows, 3));

    Scaling scaling = model.normalization().inputs().get(0);
    assertNear(scaling.offsets(), values(dl4j.getMean()));
    assertNear(scaling.divisors(), values(dl4j.getStd()));
    dl4j.transform(features);
    assertSameRows(model.transform(vectors(rows, 1)), features.toDoubleMatrix());
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 21, 334})
  void minMaxIsWhatDl4jFits(long seed) {
    double[][] rows = rows(seed, 500);
    NormalizerMinMaxScaler dl4j = new NormalizerMinMaxScaler(-1, 3);
    INDArray features = Nd4j.create(rows);
    dl4j.fit(new DataSet(features.dup(), features.dup()));

    NormalizerModel model = estimator("minMax").setMin(-1).setMax(3).fit(vectors(rows, 3));

    Scaling scaling = model.normalization().inputs().get(0);
    assertNear(scaling.offsets(), values(dl4j.getMin()));
    assertNear(scaling.uppers(), values(dl4j.getMax()));
    dl4j.transform(features);
    assertSameRows(model.transform(vectors(rows, 1)), features.toDoubleMatrix());
  }

  @Test
  void sampleDeviationIsWhatSparkFits() {
    double[][] rows = rows(4, 300);
    Dataset<Row> data = vectors(rows, 3);
    StandardScalerModel spark =
        new StandardScaler().setInputCol("v").setWithMean(true).setOutputCol("s").fit(data);

    NormalizerModel model = estimator("standardize").setDeviation("sample").fit(data);

    Scaling scaling = model.normalization().inputs().get(0);
    double[] deviations = spark.std().toArray();
    deviations[2] = Scaling.LEAST; // Spark leaves a constant feature's deviation at 0
    assertNear(scaling.offsets(), spark.mean().toArray());
    assertNear(scaling.divisors(), deviations);
    List<Row> expected = spark.transform(data).select("s").collectAsList();
    List<Row> actual = model.transform(data).collectAsList();
    for (int i = 0; i < expected.size(); i++) {
      assertNear(vector(actual.get(i)), vector(expected.get(i)));
    }
  }

  @Test
  void boundsAreWhatSparkFits() {
    double[][] rows = rows(5, 300);
    Dataset<Row> data = vectors(rows, 3);
    MinMaxScalerModel spark =
        new MinMaxScaler().setInputCol("v").setOutputCol("s").setMin(-2).setMax(2).fit(data);

    NormalizerModel model = estimator("minMax").setMin(-2).setMax(2).fit(data);

    assertNear(model.normalization().inputs().get(0).offsets(), spark.originalMin().toArray());
    List<Row> expected = spark.transform(data).select("s").collectAsList();
    List<Row> actual = model.transform(data).collectAsList();
    for (int i = 0; i < expected.size(); i++) {
      double[] row = vector(expected.get(i));
      row[2] = -2; // a constant: the middle in Spark, the least value in DL4J
      assertNear(vector(actual.get(i)), row);
    }
  }

  @Test
  void severalInputsAreWhatDl4jFits() {
    double[][] left = rows(9, 120);
    double[][] right = rows(10, 120);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < left.length; i++) {
      list.add(RowFactory.create(left[i], Vectors.dense(right[i])));
    }
    StructType schema =
        new StructType()
            .add("a", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("b", SQLDataTypes.VectorType());
    MultiDataSet arrays =
        new MultiDataSet(
            new INDArray[] {Nd4j.create(left), Nd4j.create(right)},
            new INDArray[] {Nd4j.create(left)});
    MultiNormalizerHybrid dl4j =
        new MultiNormalizerHybrid().standardizeInput(0).minMaxScaleInput(1, -1, 1);
    dl4j.fit(arrays);
    dl4j.transform(arrays);

    List<Row> actual =
        new NormalizerEstimator()
            .setInputCols("a", "b")
            .setLayout("separate")
            .setStrategies("standardize", "minMax")
            .setMin(-1)
            .fit(TestSpark.frame(schema, list))
            .transform(TestSpark.frame(schema, list))
            .collectAsList();

    for (int i = 0; i < left.length; i++) {
      double[] a = actual.get(i).<Double>getList(0).stream().mapToDouble(v -> v).toArray();
      assertNear(a, arrays.getFeatures(0).getRow(i).toDoubleVector());
      assertNear(
          ((Vector) actual.get(i).get(1)).toArray(),
          arrays.getFeatures(1).getRow(i).toDoubleVector());
    }
  }

  @Test
  void imagesAreScaledAsDl4jScalesThem() {
    double[][] rows = rows(11, 30);
    INDArray pixels = Nd4j.create(rows);
    new ImagePreProcessingScaler(-1, 1, 16).transform(pixels);

    NormalizerModel model = estimator("image").setMin(-1).setMaxBits(16).fit(vectors(rows, 2));

    assertSameRows(model.transform(vectors(rows, 1)), pixels.toDoubleMatrix());
  }

  @Test
  void largeMeansDoNotCancel() {
    double[][] rows = new double[600][1];
    for (int i = 0; i < rows.length; i++) {
      rows[i][0] = 1e9 + (i % 3 - 1); // the textbook formula gives 0 or a negative variance
    }

    Scaling scaling =
        estimator("standardize").fit(vectors(rows, 7)).normalization().inputs().get(0);

    assertThat(scaling.offsets()[0]).isCloseTo(1e9, within(1e-6));
    assertThat(scaling.divisors()[0]).isCloseTo(Math.sqrt(2.0 / 3), within(1e-6));
  }

  @Test
  void sparseAndDenseAndArraysAndNumbersGiveTheSameBits() {
    double[][] rows = rows(6, 200);
    StructType schema = new StructType().add("v", SQLDataTypes.VectorType());
    StructType arrays = new StructType().add("v", DataTypes.createArrayType(DataTypes.DoubleType));
    StructType numbers = new StructType();
    String[] names = {"N.0", "N 1", "n`2", "N[3]", "n4"};
    for (String name : names) {
      numbers = numbers.add(name, DataTypes.DoubleType);
    }
    List<Row> dense = new ArrayList<>();
    List<Row> sparse = new ArrayList<>();
    List<Row> array = new ArrayList<>();
    List<Row> flat = new ArrayList<>();
    for (double[] row : rows) {
      dense.add(RowFactory.create(Vectors.dense(row)));
      sparse.add(RowFactory.create(Vectors.dense(row).toSparse()));
      array.add(RowFactory.create(row));
      flat.add(RowFactory.create(Arrays.stream(row).boxed().toArray()));
    }
    for (String strategy : List.of("standardize", "minMax")) {
      NormalizerEstimator estimator = estimator(strategy);
      Dataset<Row> denseData = TestSpark.frame(schema, dense);
      NormalizerModel model = estimator.fit(denseData);
      NormalizerModel ofNumbers =
          estimator.copy(ParamMap.empty()).setInputCols(names).fit(TestSpark.frame(numbers, flat));

      assertThat(estimator.fit(TestSpark.frame(schema, sparse)).normalization())
          .isEqualTo(model.normalization());
      assertThat(estimator.fit(TestSpark.frame(arrays, array)).normalization())
          .isEqualTo(model.normalization());
      assertThat(ofNumbers.normalization()).isEqualTo(model.normalization());
      double[][] expected = matrix(model.transform(denseData));
      assertThat(matrix(model.transform(TestSpark.frame(schema, sparse)))).isEqualTo(expected);
      assertThat(matrix(model.transform(TestSpark.frame(arrays, array)))).isEqualTo(expected);
      assertThat(matrix(ofNumbers.transform(TestSpark.frame(numbers, flat)))).isEqualTo(expected);
    }
  }

  @Test
  void revertGivesTheRowsBack() {
    double[][] rows = rows(7, 100);
    for (String strategy : List.of("standardize", "minMax", "image")) {
      NormalizerModel model = estimator(strategy).setOutputCols("scaled").fit(vectors(rows, 1));
      NormalizerModel back = model.inverse().setOutputCols("back");

      List<Row> result = back.transform(model.transform(vectors(rows, 1))).collectAsList();

      for (Row row : result) {
        assertNear(((Vector) row.getAs("back")).toArray(), ((Vector) row.getAs("v")).toArray());
      }
      assertThat(back.inverse().getDirection()).isEqualTo("normalize");
    }
  }

  @Test
  void emptyPartitionsAndTheirNumberChangeNothingButTheLastBits() {
    double[][] rows = rows(8, 40);
    Scaling whole = estimator("standardize").fit(vectors(rows, 1)).normalization().inputs().get(0);

    Scaling spread =
        estimator("standardize").fit(vectors(rows, 43)).normalization().inputs().get(0);
    Scaling again = estimator("standardize").fit(vectors(rows, 43)).normalization().inputs().get(0);

    assertThat(spread).isEqualTo(again);
    for (int i = 0; i < FEATURES; i++) {
      assertThat(spread.offsets()[i]).isCloseTo(whole.offsets()[i], within(1e-12 * 1000));
      assertThat(spread.divisors()[i]).isCloseTo(whole.divisors()[i], within(1e-12 * 1000));
    }
  }

  @Test
  void aSubnormalRangeIsPaddedOnceAndForAll() {
    Scaling padded = Scaling.minMax(new double[] {1e12, 5}, new double[] {1e12, 5}, 0, 1);

    assertThat(Scaling.minMax(padded.offsets(), padded.uppers(), 0, 1)).isEqualTo(padded);
    assertThat(padded.divisors()[0]).isGreaterThan(0);
    assertThat(padded.divisors()[1]).isCloseTo(Scaling.LEAST, within(1e-12));
  }

  private static void assertSameRows(Dataset<Row> actual, double[][] expected) {
    double[][] rows = matrix(actual);
    List<double[]> left = sorted(rows);
    List<double[]> right = sorted(expected);
    for (int i = 0; i < left.size(); i++) {
      assertNear(left.get(i), right.get(i));
    }
  }

  /** Rows in an order of their own, since repartitioning shuffles them. */
  private static List<double[]> sorted(double[][] rows) {
    List<double[]> list = new ArrayList<>(Arrays.asList(rows));
    Collections.sort(list, (a, b) -> Double.compare(a[3], b[3]));
    return list;
  }

  private static double[][] matrix(Dataset<Row> data) {
    return data.collectAsList().stream().map(NormalizerFitTest::features).toArray(double[][]::new);
  }

  private static double[] features(Row row) {
    if (row.get(0) instanceof Vector) {
      return vector(row);
    }
    List<?> cells = row.size() > 1 ? cells(row) : row.getList(0);
    return cells.stream().mapToDouble(v -> (Double) v).toArray();
  }

  private static List<Object> cells(Row row) {
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      cells.add(row.get(i));
    }
    return cells;
  }

  private static double[] vector(Row row) {
    return ((Vector) row.get(0)).toArray().clone();
  }
}
