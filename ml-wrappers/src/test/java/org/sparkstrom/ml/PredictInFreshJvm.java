// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;

/** Loads a pipeline, predicts a Parquet folder, writes another: run in a JVM of its own. */
final class PredictInFreshJvm {
  private PredictInFreshJvm() {}

  /** Arguments: folder of the pipeline, of the data, of the result. */
  public static void main(String[] arguments) {
    SparkSession spark = TestSpark.session();
    try {
      PipelineModel.load(arguments[0])
          .transform(spark.read().parquet(arguments[1]))
          .write()
          .parquet(arguments[2]);
      NativeLimitsTest.requireSet();
    } finally {
      spark.stop();
    }
  }
}
