// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.StructType;

/**
 * What a {@link ParallelPostFit} predicts with, whoever has made it. Shared by all copies of the
 * stage; thread-safe.
 */
sealed interface FittedModel extends Serializable
    permits FittedTensors, FittedFunction, FittedStage {

  /**
   * The schema with the predictions appended.
   *
   * @throws IllegalArgumentException if the columns do not fit the model
   */
  StructType transformSchema(StructType schema, PostFitSettings settings);

  /** The data with the predictions appended. */
  Dataset<Row> transform(Dataset<?> data, PostFitSettings settings);

  /**
   * A SQL function of the model's inputs.
   *
   * @throws IllegalArgumentException if the model cannot be one
   */
  UserDefinedFunction function(SparkSession spark, PostFitSettings settings);

  /**
   * Requires that it can be saved.
   *
   * @throws UnsupportedOperationException if it cannot, with what to do instead
   */
  void requireWritable();

  /** Writes its files. */
  PostFitFacts write(PostFitFolder folder) throws IOException;

  /** Kind, inputs and outputs, as {@code toString} shows them. */
  String description();
}
