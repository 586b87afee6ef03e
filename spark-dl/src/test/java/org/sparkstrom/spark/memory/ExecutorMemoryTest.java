// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.spark.memory.ExecutorMemory.Keeper;

class ExecutorMemoryTest {

  private static final long MIB = 1 << 20;
  private static final ProcessMemory PROCESS = new ProcessMemory(16_000 * MIB, 4_000 * MIB);

  @ParameterizedTest
  @CsvSource({
    "yarn, CONTAINER",
    "k8s://https://host:443, CONTAINER",
    "spark://host:7077, MACHINE",
    "'local-cluster[2,1,1024]', MACHINE"
  })
  void theOverheadIsWhatRemainsBesideTheHeap(String master, Keeper keeper) {
    SparkConf conf = conf().set("spark.executor.memory", "8g");
    assertThat(ExecutorMemory.of(conf, master, 2, PROCESS))
        .isEqualTo(new ExecutorMemory(keeper, 8192 * MIB, 8192 * MIB / 10, 2));
  }

  @Test
  void aSmallHeapHasSparksLeastOverhead() {
    assertThat(ExecutorMemory.of(conf(), "yarn", 1, PROCESS))
        .isEqualTo(new ExecutorMemory(Keeper.CONTAINER, 1024 * MIB, 384 * MIB, 1));
  }

  @Test
  void factorAndOverheadAreHeeded() {
    SparkConf conf =
        conf()
            .set("spark.executor.memory", "4096") // MiB, as Spark reads it
            .set("spark.executor.memoryOverheadFactor", "0.5");
    assertThat(ExecutorMemory.of(conf, "yarn", 1, PROCESS).nativeBytes()).isEqualTo(2048 * MIB);
    conf.set("spark.executor.memoryOverhead", "3g");
    assertThat(ExecutorMemory.of(conf, "yarn", 1, PROCESS).nativeBytes()).isEqualTo(3072 * MIB);
  }

  @ParameterizedTest
  @CsvSource({"local", "local[4]", "local[*]"})
  void localTasksHaveWhatTheDriverLeavesOfTheMachine(String master) {
    assertThat(ExecutorMemory.of(conf(), master, 4, PROCESS))
        .isEqualTo(new ExecutorMemory(Keeper.DRIVER, 4_000 * MIB, 12_000 * MIB, 4));
  }

  @Test
  void anExecutorThatNobodyLimitsHasTheMachine() {
    SparkConf conf = conf().set("spark.master", "spark://host:7077");
    assertThat(ExecutorMemory.ofThisJvm(conf, "0", PROCESS).nativeBytes()).isEqualTo(12_000 * MIB);
    conf.set("spark.executor.memoryOverhead", "2g");
    assertThat(ExecutorMemory.ofThisJvm(conf, "0", PROCESS).nativeBytes()).isEqualTo(2048 * MIB);
    conf.set("spark.master", "yarn").remove("spark.executor.memoryOverhead");
    assertThat(ExecutorMemory.ofThisJvm(conf, "0", PROCESS).nativeBytes()).isEqualTo(384 * MIB);
    assertThat(ExecutorMemory.ofThisJvm(conf, "driver", PROCESS).nativeBytes())
        .isEqualTo(12_000 * MIB);
  }

  @Test
  void thisProcessHasALimitAndTakesLessThanIt() {
    ProcessMemory here = ProcessMemory.current();
    assertThat(here.limitBytes()).isBetween(MIB, 1L << 50);
    assertThat(ProcessMemory.residentBytes()).isBetween(10 * MIB, here.limitBytes());
  }

  private static SparkConf conf() {
    return new SparkConf(false);
  }
}
