// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.sparkstrom.spark.memory.MemorySettings;

/**
 * How much memory outside the heap a worker may keep rows in, computed from Spark's configuration.
 *
 * <p>Cluster managers end an executor whose process outgrows heap plus memory overhead. Half of the
 * overhead is for rows, shared by the tasks that run at the same time; the other half is for the
 * network's arrays, Aeron's buffers and Spark itself. In local mode, where all run in the driver,
 * the driver's settings count.
 */
public final class StoreMemory {

  /** The limit is to be computed. */
  public static final long COMPUTED = -1;

  private static final double SHARE_OF_OVERHEAD = 0.5;
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?])?");

  private final SparkConf conf;
  private final MemorySettings settings;
  private final int processors;

  private StoreMemory(SparkConf conf, int processors) {
    this.conf = conf;
    this.settings =
        LOCAL.matcher(master(conf)).matches()
            ? MemorySettings.ofDriver(conf)
            : MemorySettings.ofExecutor(conf);
    this.processors = processors;
  }

  /**
   * The limit of one worker.
   *
   * @param configuredBytes the user's limit, or {@link #COMPUTED}
   * @param processors processors of the machine that the worker runs on
   */
  public static long limitBytes(SparkConf conf, long configuredBytes, int processors) {
    if (configuredBytes != COMPUTED) {
      return configuredBytes;
    }
    StoreMemory memory = new StoreMemory(conf, processors);
    return (long) (memory.settings.overheadBytes() * SHARE_OF_OVERHEAD) / memory.tasks();
  }

  /**
   * Checks the user's limit, on the driver.
   *
   * @throws IllegalArgumentException if the cluster manager would end an executor that used it
   */
  public static void requireRoom(SparkConf conf, long configuredBytes) {
    StoreMemory memory = new StoreMemory(conf, 1);
    boolean limited = master(conf).startsWith("yarn") || master(conf).startsWith("k8s");
    long needed = configuredBytes * memory.tasks();
    if (limited && configuredBytes != COMPUTED && needed > memory.settings.overheadBytes()) {
      throw new IllegalArgumentException(
          "storeMemoryBytes must fit into the memory overhead of an executor, but %d tasks with %d bytes each need %d MiB and %s is %d MiB. Set it to %d MiB or more, or storeMemoryBytes lower; what does not fit goes to local disk."
              .formatted(
                  memory.tasks(),
                  configuredBytes,
                  needed >> 20,
                  memory.settings.overheadSetting(),
                  memory.settings.overheadBytes() >> 20,
                  (long) (needed / SHARE_OF_OVERHEAD) >> 20));
    }
  }

  private static String master(SparkConf conf) {
    return conf.get("spark.master", "local");
  }

  /** Tasks that run at the same time in one process. */
  private int tasks() {
    return Math.max(1, cores() / conf.getInt("spark.task.cpus", 1));
  }

  private int cores() {
    Matcher local = LOCAL.matcher(master(conf));
    if (local.matches()) {
      String threads = local.group(1) == null ? "1" : local.group(1);
      return threads.equals("*") ? processors : Integer.parseInt(threads);
    }
    boolean standalone = master(conf).startsWith("spark:");
    return conf.getInt("spark.executor.cores", standalone ? processors : 1);
  }
}
