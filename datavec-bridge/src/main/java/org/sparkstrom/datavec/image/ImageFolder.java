// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * A folder tree of image files as a DataFrame: Spark's binaryFile source, and the name of each
 * file's folder as its label.
 *
 * <p>Columns: path, modificationTime, length, content (as binaryFile has them) and label (string).
 * Files are listed on the driver; their content is read in the tasks, and not at all where a query
 * does not use {@code content}. A file that is no image is a row like all others: {@link
 * ImagePreparer} decides. An empty file is no row: Spark leaves it out. A file longer than {@code
 * spark.sql.sources.binaryFile.maxLength} fails the job if its content is used; {@link
 * ImagePreparer} over {@code path} has a policy for it.
 */
public final class ImageFolder {
  private static final StructType BINARY_FILE =
      StructType.fromDDL("path STRING, modificationTime TIMESTAMP, length BIGINT, content BINARY");
  private static final String FORMAT = "binaryFile";
  private static final String RECURSIVE = "recursiveFileLookup";

  private ImageFolder() {}

  /** All files under a folder of any Hadoop file system. */
  public static Dataset<Row> read(SparkSession spark, String path) {
    return labelled(spark.read().format(FORMAT).option(RECURSIVE, true).load(path));
  }

  /**
   * The files under a folder whose names match.
   *
   * @param namePattern a glob such as {@code *.{jpg,jpeg,png}}
   */
  public static Dataset<Row> read(SparkSession spark, String path, String namePattern) {
    return labelled(
        spark
            .read()
            .format(FORMAT)
            .option(RECURSIVE, true)
            .option("pathGlobFilter", namePattern)
            .load(path));
  }

  /** The files under a folder, and those that will come, as a stream. */
  public static Dataset<Row> readStream(SparkSession spark, String path) {
    return labelled(
        spark.readStream().format(FORMAT).schema(BINARY_FILE).option(RECURSIVE, true).load(path));
  }

  /**
   * The name of the folder that a file lies in: {@code cats} for {@code
   * hdfs://host/data/cats/1.jpg}. Empty for a path without folders.
   */
  public static Column label(Column path) {
    return functions.regexp_extract(path, "([^/]+)/+[^/]+$", 1);
  }

  private static Dataset<Row> labelled(Dataset<Row> files) {
    return files.withColumn("label", label(files.col("path")));
  }
}
