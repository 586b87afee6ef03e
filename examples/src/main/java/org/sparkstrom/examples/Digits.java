// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import java.util.stream.IntStream;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.sparkstrom.datavec.DataVecTransformer;

/**
 * The handwritten digits of src-test-data: how their files are read and prepared.
 *
 * <p>A row is an image of 8x8 pixels, {@code p0} to {@code p63}, each 0 to 16, and the {@code
 * digit} that it shows.
 */
final class Digits {
  static final int PIXEL_COUNT = 64;
  static final int CLASS_COUNT = 10;
  static final String LABEL = "digit";
  static final String FEATURES = "features";

  private static final int DARKEST = 16;

  private Digits() {}

  /** The rows of a CSV file with a header line. */
  static Dataset<Row> read(SparkSession spark, String path) {
    return spark.read().schema(columns()).option("header", true).csv(path);
  }

  /** A stage that scales the pixels to [0, 1] by a DataVec process. */
  static DataVecTransformer scaling() {
    Schema schema =
        new Schema.Builder()
            .addColumnsInteger("p%d", 0, PIXEL_COUNT - 1)
            .addColumnInteger(LABEL)
            .build();
    TransformProcess.Builder process = new TransformProcess.Builder(schema);
    for (String pixel : pixels()) {
      process.transform(new MinMaxNormalizer(pixel, 0, DARKEST, 0, 1));
    }
    return new DataVecTransformer().setTransformProcess(process.build());
  }

  /** A stage that puts the pixels of a row into one vector, {@value #FEATURES}. */
  static VectorAssembler assembling() {
    return new VectorAssembler().setInputCols(pixels()).setOutputCol(FEATURES);
  }

  private static StructType columns() {
    StructType columns = new StructType();
    for (String pixel : pixels()) {
      columns = columns.add(pixel, DataTypes.IntegerType);
    }
    return columns.add(LABEL, DataTypes.IntegerType);
  }

  private static String[] pixels() {
    return IntStream.range(0, PIXEL_COUNT).mapToObj(i -> "p" + i).toArray(String[]::new);
  }
}
