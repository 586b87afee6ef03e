// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.ml.linear.LinearWeights;

/**
 * Saved linear models: {@code metadata/} as Spark has it, and in {@code data/} a row of Parquet for
 * each class, in a file of its own.
 */
final class LinearPersistence {
  private static final int FORMAT = 1;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "format INT, class INT, seen DOUBLE, average ARRAY<DOUBLE>, current ARRAY<DOUBLE>");

  private LinearPersistence() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final AveragedLinearModel model;

    Writer(AveragedLinearModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      LinearWeights weights = model.linearWeights();
      SparkMlInternals.saveMetadata(model, path, sc());
      int width = weights.features() + 1;
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < weights.classes(); i++) {
        double[] average = Arrays.copyOfRange(weights.average(), i * width, (i + 1) * width);
        double[] current = Arrays.copyOfRange(weights.current(), i * width, (i + 1) * width);
        rows.add(RowFactory.create(FORMAT, i, weights.seen(), average, current));
      }
      // a task for each class, as what goes to a task is limited by spark.rpc.message.maxSize
      JavaRDD<Row> spread = JavaSparkContext.fromSparkContext(sc()).parallelize(rows, rows.size());
      sparkSession().createDataFrame(spread, SCHEMA).write().parquet(data(path));
    }
  }

  /** Reads a model. */
  static final class Reader extends MLReader<AveragedLinearModel> {
    @Override
    public AveragedLinearModel load(String path) {
      return SparkMlInternals.load(
          path, sc(), AveragedLinearModel.class, uid -> new AveragedLinearModel(uid, read(path)));
    }

    private LinearWeights read(String path) {
      List<Row> rows =
          sparkSession()
              .read()
              .parquet(data(path))
              .sort("class")
              .select("format", "class", "seen", "average", "current")
              .collectAsList();
      if (rows.isEmpty() || rows.get(0).getInt(0) > FORMAT) {
        throw new IllegalArgumentException(
            "'%s' must hold a linear model of format %d or older, but does not; save it again, or take a newer version of this library"
                .formatted(data(path), FORMAT));
      }
      int width = rows.get(0).getList(3).size();
      double[] average = new double[rows.size() * width];
      double[] current = new double[average.length];
      for (int i = 0; i < rows.size(); i++) {
        copy(rows.get(i).getList(3), average, i * width);
        copy(rows.get(i).getList(4), current, i * width);
      }
      return new LinearWeights(rows.size(), width - 1, average, current, rows.get(0).getDouble(2));
    }

    private static void copy(List<Double> from, double[] to, int at) {
      for (int i = 0; i < from.size(); i++) {
        to[at + i] = from.get(i);
      }
    }
  }

  private static String data(String path) {
    return new Path(path, "data").toString();
  }
}
