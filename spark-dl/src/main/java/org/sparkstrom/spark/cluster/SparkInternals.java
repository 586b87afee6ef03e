// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.util.Utils;
import scala.Option;
import scala.reflect.ClassTag$;

/**
 * All calls of this module into Spark's {@code private[spark]} code, in one place, so that a new
 * version of Spark can break one class only.
 */
public final class SparkInternals {

  private static final String EXECUTOR_CORES = "spark.executor.cores";

  private SparkInternals() {}

  /** Tasks that the registered executors can run at the same time. */
  public static int slots(SparkContext context) {
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  /** True if tasks run inside the driver's own JVM. */
  public static boolean runsInDriver(SparkContext context) {
    return context.isLocal();
  }

  /**
   * Tasks that can run at the same time when dynamic allocation has asked for all executors that it
   * may; the largest int where there is no limit, or none that is known.
   */
  public static int mostSlots(SparkContext context) {
    SparkConf conf = context.conf();
    long executors = conf.getLong("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
    boolean unknown = context.master().startsWith("spark:") && !conf.contains(EXECUTOR_CORES);
    if (unknown || executors >= Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    int tasks = context.resourceProfileManager().defaultResourceProfile().maxTasksPerExecutor(conf);
    return (int) Math.min(Integer.MAX_VALUE, executors * tasks);
  }

  /** True if Spark asks for executors as tasks need them. */
  public static boolean allocatesDynamically(SparkContext context) {
    return Utils.isDynamicAllocationEnabled(context.conf());
  }

  /** Executors that are registered; 1 if tasks run inside the driver. */
  public static int executors(SparkContext context) {
    int known = context.statusTracker().getExecutorInfos().length; // the driver is one of them
    return Math.max(1, known - 1);
  }

  /**
   * A partition of a persisted RDD as it is stored, from this executor or another; empty if none
   * has it. Called inside a task; the block is let go when the task ends.
   */
  public static Optional<Iterator<?>> storedPartition(int rddId, int partition) {
    Option<BlockResult> block =
        SparkEnv.get()
            .blockManager()
            .get(new RDDBlockId(rddId, partition), ClassTag$.MODULE$.AnyRef());
    if (block.isEmpty()) {
      return Optional.empty();
    }
    scala.collection.Iterator<?> values = block.get().data();
    return Optional.of(
        new Iterator<Object>() {
          @Override
          public boolean hasNext() {
            return values.hasNext();
          }

          @Override
          public Object next() {
            return values.next();
          }
        });
  }

  /** A directory for the files of this executor: one of {@code spark.local.dir}. */
  public static Path localDirectory() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath();
  }

  /** A new directory in another one, which Spark removes at the end of this JVM. */
  public static Path temporaryDirectory(Path parent) {
    return Utils.createTempDir(parent.toString(), "sparkstrom").toPath();
  }

  /** The executor that this code runs on, with the address that it advertises. */
  public static BlockManagerId thisExecutor() {
    return SparkEnv.get().blockManager().blockManagerId();
  }
}
