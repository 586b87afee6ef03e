// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The first images of MNIST's training set, as rows of a vector with values from 0 to 1, and a
 * label.
 */
final class Images {
  private static final String FILE = "train-images-idx3-ubyte.gz";
  private static final int MAGIC = 0x0803;

  private Images() {}

  /**
   * Images in Spark's cache, repeated.
   *
   * @param base how many different ones
   * @param copies how often each is in the cache
   * @param times how often the cache is read
   */
  static Dataset<Row> frame(
      SparkSession spark, Path folder, int base, int copies, int times, int cores) {
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType(), false)
            .add("label", DataTypes.DoubleType, false);
    List<Integer> shares = IntStream.range(0, copies * cores).boxed().toList();
    String file = folder.resolve(FILE).toString();
    // read in the tasks: rows of the driver would travel with each of them, cached or not
    Dataset<Row> once =
        spark
            .createDataFrame(
                new JavaSparkContext(spark.sparkContext())
                    .parallelize(shares, shares.size())
                    .flatMap(share -> read(Path.of(file), base, share % cores, cores).iterator()),
                schema)
            .cache();
    once.count();
    Dataset<Row> all = once;
    for (int i = 1; i < times; i++) {
      all = all.union(once);
    }
    return all;
  }

  /** Every so manieth of the first images of the file, from one of them on. */
  private static List<Row> read(Path file, int count, int first, int step) throws IOException {
    List<Row> rows = new ArrayList<>(count / step + 1);
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
      int magic = in.readInt();
      if (magic != MAGIC || in.readInt() < count) {
        throw new IOException(
            "%s must hold at least %d images of bytes, but begins with %08x"
                .formatted(file, count, magic));
      }
      byte[] image = new byte[in.readInt() * in.readInt()];
      for (int i = 0; i < count; i++) {
        in.readFully(image);
        if (i % step == first) {
          rows.add(RowFactory.create(Vectors.dense(values(image)), 0.0));
        }
      }
    }
    return rows;
  }

  private static double[] values(byte[] image) {
    double[] values = new double[image.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (image[i] & 0xff) / 255.0;
    }
    return values;
  }
}
