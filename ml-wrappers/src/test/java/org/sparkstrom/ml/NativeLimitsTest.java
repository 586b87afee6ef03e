// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JavaCPP reads its limits once, so they must be set before DL4J makes a configuration. */
class NativeLimitsTest {

  @Test
  void anEstimatorOfLayersSetsThem(@TempDir Path folder) throws Exception {
    FreshJvm.run(Program.class, folder.resolve("log"));
  }

  /** Throws if JavaCPP has its own limits, of which the one on resident memory is not 0. */
  static void requireSet() {
    if (Pointer.maxPhysicalBytes() != 0) {
      throw new IllegalStateException("maxPhysicalBytes is " + Pointer.maxPhysicalBytes());
    }
  }

  /** Checks columns, which is the first that a pipeline asks of an estimator. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      SparkSession spark = TestSpark.session();
      try {
        StructType unused = TestData.classifier().transformSchema(TestData.clouds(1).schema());
        requireSet();
      } finally {
        spark.stop();
      }
    }
  }
}
