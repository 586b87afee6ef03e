// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import java.nio.file.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * All calls of this module into Spark's {@code private[spark]} code, in one place, so that a new
 * version of Spark can break one class only.
 */
public final class SparkInternals {

  private SparkInternals() {}

  /** Tasks that the registered executors can run at the same time. */
  public static int slots(SparkContext context) {
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  /** True if tasks run inside the driver's own JVM. */
  public static boolean runsInDriver(SparkContext context) {
    return context.isLocal();
  }

  /** A directory for the files of this executor: one of {@code spark.local.dir}. */
  public static Path localDirectory() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath();
  }

  /** The executor that this code runs on, with the address that it advertises. */
  public static BlockManagerId thisExecutor() {
    return SparkEnv.get().blockManager().blockManagerId();
  }
}
