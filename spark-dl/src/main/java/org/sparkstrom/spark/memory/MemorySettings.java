// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import org.apache.spark.SparkConf;

/**
 * The memory that Spark's settings give a process: the JVM's heap, and what a cluster manager
 * grants it beside the heap.
 *
 * <p>It exists so that Spark's rule for the overhead stands in one place.
 *
 * @param process what its settings begin with, {@code spark.executor} or {@code spark.driver}
 * @param heapBytes most that the heap takes
 * @param overheadBytes the process's {@code memoryOverhead}: the setting, or a share of the heap,
 *     but never less than Spark's minimum
 */
public record MemorySettings(String process, long heapBytes, long overheadBytes) {

  /** Spark's own default of the overhead is never less. */
  static final long MIN_OVERHEAD_BYTES = 384L << 20;

  private static final String OVERHEAD = ".memoryOverhead";
  private static final double DEFAULT_FACTOR = 0.1;

  /** What an executor is started with. */
  public static MemorySettings ofExecutor(SparkConf conf) {
    return of(conf, "spark.executor");
  }

  /** What the driver is started with. */
  public static MemorySettings ofDriver(SparkConf conf) {
    return of(conf, "spark.driver");
  }

  private static MemorySettings of(SparkConf conf, String process) {
    long heap = conf.getSizeAsMb(process + ".memory", "1g") << 20;
    double factor = conf.getDouble(process + OVERHEAD + "Factor", DEFAULT_FACTOR);
    long overhead =
        conf.contains(process + OVERHEAD)
            ? conf.getSizeAsMb(process + OVERHEAD) << 20
            : Math.max(MIN_OVERHEAD_BYTES, (long) (factor * heap));
    return new MemorySettings(process, heap, overhead);
  }

  /** The name of the setting that decides the overhead. */
  public String overheadSetting() {
    return process + OVERHEAD;
  }
}
