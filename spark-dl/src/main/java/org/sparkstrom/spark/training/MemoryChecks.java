// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.spark.cluster.SparkInternals;
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
   * @throws IllegalArgumentException if the network cannot fit; names the setting to raise
   */
  static void requireFits(
      SparkContext spark, NetworkSnapshot network, TrainingConfig config, int workers) {
    int together = workersPerExecutor(spark, workers);
    ExecutorMemory memory =
        ExecutorMemory.of(spark.getConf(), spark.master(), together, ProcessMemory.current());
    MemoryBudget budget = new MemoryBudget(memory, need(network, config, workers), together);
    budget.requireFits();
    budget.warning().ifPresent(LOG::warn);
  }

  private static MemoryNeed need(NetworkSnapshot network, TrainingConfig config, int workers) {
    return new MemoryNeed(
        network.parameters().length,
        network.updaterState().length,
        ActivationMemory.bytes(network, config.batchSize()),
        Math.max(0, config.storeMemoryBytes()),
        workers > 1 ? AeronConfig.DEFAULT_MEMORY_BUDGET_BYTES : 0);
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
