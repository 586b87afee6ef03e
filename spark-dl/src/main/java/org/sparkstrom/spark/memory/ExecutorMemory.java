// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import java.util.Objects;
import org.apache.spark.SparkConf;

/**
 * The memory of one executor as Spark's settings divide it: the JVM's heap, and what remains for
 * everything outside it.
 *
 * <p>It exists because ND4J's arrays live outside the heap, where Spark and the JVM do not count
 * them, and the first who does is a cluster manager that kills the container.
 *
 * @param keeper who holds the executor to its limit
 * @param heapBytes most that the heap takes
 * @param nativeBytes what remains beside the heap and Spark's own off-heap memory
 * @param tasks tasks that run in the executor at the same time, at least 1
 */
public record ExecutorMemory(Keeper keeper, long heapBytes, long nativeBytes, int tasks) {

  private static final String LOCAL = "local";
  private static final String DRIVER_ID = "driver";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  /** Who ends an executor that takes more than its share, and what to set to give it more. */
  public enum Keeper {
    /** YARN and Kubernetes kill a container that exceeds heap and overhead. */
    CONTAINER(OVERHEAD),
    /** A standalone worker limits nothing; the machine does, when it has no memory left. */
    MACHINE(OVERHEAD),
    /** Tasks run in the driver's JVM, beside its heap. */
    DRIVER("the memory of the machine or container, or lower spark.driver.memory");

    private final String remedy;

    Keeper(String remedy) {
      this.remedy = remedy;
    }

    /** The setting to raise. */
    public String remedy() {
      return remedy;
    }
  }

  public ExecutorMemory {
    Objects.requireNonNull(keeper, "keeper");
    if (heapBytes < 0 || nativeBytes < 0 || tasks < 1) {
      throw new IllegalArgumentException(
          "an executor must have sizes of at least 0 and at least 1 task, but has heapBytes %d, nativeBytes %d, tasks %d"
              .formatted(heapBytes, nativeBytes, tasks));
    }
  }

  /**
   * The memory of an executor that will be or is started with these settings.
   *
   * @param master as {@code SparkContext.master()} gives it
   * @param tasks tasks that run in one executor at the same time
   * @param thisProcess the JVM that asks, which in local mode is the executor
   */
  public static ExecutorMemory of(
      SparkConf conf, String master, int tasks, ProcessMemory thisProcess) {
    if (master.equals(LOCAL) || master.startsWith("local[")) {
      return new ExecutorMemory(
          Keeper.DRIVER, thisProcess.heapBytes(), thisProcess.nativeBytes(), tasks);
    }
    MemorySettings settings = MemorySettings.ofExecutor(conf);
    boolean container = master.startsWith("yarn") || master.startsWith("k8s:");
    return new ExecutorMemory(
        container ? Keeper.CONTAINER : Keeper.MACHINE,
        settings.heapBytes(),
        settings.overheadBytes(),
        tasks);
  }

  /**
   * The memory of the JVM that asks. Where nobody enforces the overhead and the user has not set
   * it, the machine or container is the limit.
   *
   * @param executorId as {@code SparkEnv.executorId()} gives it
   */
  public static ExecutorMemory ofThisJvm(
      SparkConf conf, String executorId, ProcessMemory thisProcess) {
    if (executorId.equals(DRIVER_ID)) {
      return of(conf, LOCAL, 1, thisProcess);
    }
    ExecutorMemory planned = of(conf, conf.get("spark.master", LOCAL), 1, thisProcess);
    boolean settled = planned.keeper == Keeper.CONTAINER || conf.contains(OVERHEAD);
    return settled
        ? planned
        : new ExecutorMemory(
            planned.keeper, thisProcess.heapBytes(), thisProcess.nativeBytes(), planned.tasks);
  }
}
