// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.data.StoreMemory;
import org.sparkstrom.spark.memory.ExecutorMemory;
import org.sparkstrom.spark.memory.MemoryBudget;
import org.sparkstrom.spark.memory.MemoryNeed;
import org.sparkstrom.spark.memory.ProcessMemory;

class MemoryChecksTest {

  private static final long MIB = 1 << 20;

  @Test
  void aLimitThatIsComputedCountsAsWhatTheRowsWillTake() {
    SparkConf conf = yarn();
    assertThat(MemoryChecks.storeBytes(conf, StoreMemory.COMPUTED, 5 * MIB))
        .as("all rows fit")
        .isEqualTo(5 * MIB);
    assertThat(MemoryChecks.storeBytes(conf, StoreMemory.COMPUTED, 1000 * MIB))
        .as("half of the overhead of 384 MiB, for 2 tasks")
        .isEqualTo(96 * MIB);
    assertThat(MemoryChecks.storeBytes(conf, 300 * MIB, 1000 * MIB)).isEqualTo(300 * MIB);
    assertThat(MemoryChecks.storeBytes(conf, 0, 1000 * MIB)).isZero();
  }

  @Test
  void rowsThatFillTheComputedLimitAreAWarningAndSmallDataIsNone() {
    SparkConf conf = yarn();
    assertThat(budget(conf, 5 * MIB).warning()).isEmpty();
    assertThat(budget(conf, 1000 * MIB).warning().orElseThrow())
        .contains("rows 96 MiB")
        .contains("Raise spark.executor.memoryOverhead");
    budget(conf, 1000 * MIB).requireFits();
  }

  /** One small worker of two. */
  private static MemoryBudget budget(SparkConf conf, long rowBytes) {
    long store = MemoryChecks.storeBytes(conf, StoreMemory.COMPUTED, rowBytes);
    return new MemoryBudget(
        ExecutorMemory.of(conf, "yarn", 1, new ProcessMemory(16_000 * MIB, 4_000 * MIB)),
        new MemoryNeed(1000, 2000, 0, store, 64 * MIB),
        1);
  }

  private static SparkConf yarn() {
    return new SparkConf(false).setMaster("yarn").set("spark.executor.cores", "2");
  }
}
