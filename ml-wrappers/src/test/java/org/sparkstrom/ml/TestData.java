// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** DataFrames and networks of this module's tests. */
public final class TestData {
  static final int FEATURES = 4;
  static final int CLASSES = 3;
  static final StructType SCHEMA =
      new StructType()
          .add("id", "long", false)
          .add("features", SQLDataTypes.VectorType())
          .add("label", "double");

  private TestData() {}

  /** Three clouds of points around different centres: id, features (dense), label. */
  public static Dataset<Row> clouds(int rowCount) {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < rowCount; i++) {
      int label = i % CLASSES;
      double[] x = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        double centre = j % CLASSES == label ? 2 : -1;
        x[j] = random.nextInt(4) == 0 ? 0 : centre + 0.5 * random.nextGaussian();
      }
      rows.add(RowFactory.create((long) i, Vectors.dense(x), (double) label));
    }
    return frame(rows, SCHEMA);
  }

  static Dataset<Row> frame(List<Row> rows, StructType schema) {
    return TestSpark.session().createDataFrame(rows, schema).coalesce(1).repartition(3);
  }

  /** Handwritten digits: features (64 values from 0 to 1), label. */
  public static Dataset<Row> digits(String name) {
    Dataset<Row> csv =
        TestSpark.session()
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv("../src-test-data/digits-" + name + ".csv");
    String[] pixels = IntStream.range(0, 64).mapToObj(i -> "p" + i).toArray(String[]::new);
    return new VectorAssembler()
        .setInputCols(pixels)
        .setOutputCol("features")
        .transform(csv)
        .selectExpr("features", "digit as label");
  }

  /** A classifier for {@link #clouds} that fits fast. */
  public static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setLayers(FEATURES, 8, CLASSES)
        .setLearningRate(0.02)
        .setBatchSize(8)
        .setMaxIter(5)
        .setTargetDensity(0.25)
        .setWorkers(2);
  }

  /** A model for {@link #clouds} with first weights: enough for all that is not accuracy. */
  static NetworkClassificationModel model() {
    return new NetworkClassificationModel(
        "model",
        NetworkSnapshot.initial(
            NetworkKind.CLASSIFIER.ofLayers(new int[] {FEATURES, 64, CLASSES}, 0.01, 5)));
  }
}
