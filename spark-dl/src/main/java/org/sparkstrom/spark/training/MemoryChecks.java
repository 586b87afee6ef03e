// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.spark.cluster.SparkInternals;
import org.sparkstrom.spark.data.StoreMemory;
import org.sparkstrom.spark.memory.ExecutorMemory;
import org.sparkstrom.spark.memory.MemoryBudget;
import org.sparkstrom.spark.memory.MemoryNeed;
import org.sparkstrom.spark.memory.ProcessMemory;
import org.sparkstrom.spark.network.ActivationMemory;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Compares what a fit takes of memory with what the executors have; on the driver, before it. */
final class MemoryChecks {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryChecks.class);

  private MemoryChecks() {}

  /**
   * Requires that the workers' arrays fit, and warns if more is likely not to.
   *
   * @param workers workers of the fit
   * @param rowBytes packed rows of the worker that has the most
   * @throws IllegalArgumentException if the network cannot fit; names the setting to raise
   */
  static void requireFits(
      SparkContext spark,
      NetworkSnapshot network,
      TrainingConfig config,
      int workers,
      long rowBytes) {
    int together = workersPerExecutor(spark, workers);
    ExecutorMemory memory =
        ExecutorMemory.of(spark.getConf(), spark.master(), together, ProcessMemory.current());
    MemoryNeed need =
        new MemoryNeed(
            network.parameters().length,
            network.updaterState().length,
            ActivationMemory.bytes(network, config.batchSize()),
            storeBytes(spark.getConf(), config.storeMemoryBytes(), rowBytes),
            workers > 1 ? AeronConfig.DEFAULT_MEMORY_BUDGET_BYTES : 0);
    MemoryBudget budget = new MemoryBudget(memory, need, together);
    budget.requireFits();
    budget.warning().ifPresent(LOG::warn);
  }

  /**
   * What the rows of a worker take in memory: all of them, or as many as the limit lets stay. Where
   * the limit is computed and Spark's settings do not say how many tasks an executor runs, it is
   * that of executors with as many processors as the driver.
   */
  static long storeBytes(SparkConf conf, long configuredBytes, long rowBytes) {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(rowBytes, StoreMemory.limitBytes(conf, configuredBytes, processors));
  }

  /** The least that one executor must run at the same time, however Spark places the workers. */
  private static int workersPerExecutor(SparkContext spark, int workers) {
    if (SparkInternals.runsInDriver(spark)) {
      return workers;
    }
    int executors = Math.max(1, spark.statusTracker().getExecutorInfos().length - 1);
    int least = (workers + executors - 1) / executors;
    SparkConf conf = spark.getConf();
    int cores = conf.getInt("spark.executor.cores", Integer.MAX_VALUE);
    return Math.max(1, Math.min(least, cores / conf.getInt("spark.task.cpus", 1)));
  }
}
