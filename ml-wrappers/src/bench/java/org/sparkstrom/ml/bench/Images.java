// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** The first images of MNIST's training set, as rows of a vector with values from 0 to 1. */
final class Images {
  private static final String FILE = "train-images-idx3-ubyte.gz";
  private static final int MAGIC = 0x0803;

  private Images() {}

  /**
   * Rows in memory, repeated until they are as many as asked for.
   *
   * @param base images that are read and cached
   */
  static Dataset<Row> frame(SparkSession spark, Path folder, int base, int rows, int cores)
      throws IOException {
    StructType schema = new StructType().add("features", SQLDataTypes.VectorType(), false);
    Dataset<Row> once =
        spark.createDataFrame(read(folder, base), schema).repartition(cores).cache();
    once.count();
    Dataset<Row> all = once;
    for (int count = base; count < rows; count += base) {
      all = all.union(once);
    }
    return all.withColumn("label", functions.lit(0.0));
  }

  private static List<Row> read(Path folder, int count) throws IOException {
    List<Row> rows = new ArrayList<>(count);
    try (DataInputStream in =
        new DataInputStream(
            new GZIPInputStream(Files.newInputStream(folder.resolve(FILE)), 1 << 16))) {
      int magic = in.readInt();
      if (magic != MAGIC || in.readInt() < count) {
        throw new IOException(
            "%s must hold at least %d images of bytes, but begins with %08x"
                .formatted(folder.resolve(FILE), count, magic));
      }
      byte[] image = new byte[in.readInt() * in.readInt()];
      for (int i = 0; i < count; i++) {
        in.readFully(image);
        double[] values = new double[image.length];
        for (int j = 0; j < values.length; j++) {
          values[j] = (image[j] & 0xff) / 255.0;
        }
        rows.add(RowFactory.create(Vectors.dense(values)));
      }
    }
    return rows;
  }
}
