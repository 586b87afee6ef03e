// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class StoreMemoryTest {

  private static final int PROCESSORS = 8;
  private static final long MIB = 1 << 20;

  @Test
  void halfOfTheOverheadIsForTheTasksThatRunAtTheSameTime() {
    assertThat(computed("yarn", "spark.executor.memory", "4g", "spark.executor.cores", "2"))
        .as("10% of 4 GiB, for 2 tasks")
        .isEqualTo((long) (0.1 * 4096 * MIB) / 2 / 2);
    assertThat(computed("yarn")).as("384 MiB at least, for 1 task").isEqualTo(192 * MIB);
    assertThat(
            computed(
                "k8s://https://127.0.0.1",
                "spark.executor.memoryOverhead",
                "1000",
                "spark.executor.cores",
                "8",
                "spark.task.cpus",
                "4"))
        .isEqualTo(250 * MIB);
    assertThat(computed("spark://127.0.0.1:7077")).as("all cores").isEqualTo(192 * MIB / 8);
    assertThat(computed("local[2]", "spark.driver.memoryOverhead", "1g")).isEqualTo(256 * MIB);
    assertThat(computed("local[*]")).isEqualTo(192 * MIB / 8);
    assertThat(computed("local")).isEqualTo(192 * MIB);
    assertThat(computed("local-cluster[2,1,2048]", "spark.executor.cores", "1"))
        .isEqualTo(192 * MIB);
  }

  @Test
  void theUsersLimitCounts() {
    assertThat(StoreMemory.limitBytes(conf("yarn"), 12345, PROCESSORS)).isEqualTo(12345);
    assertThat(StoreMemory.limitBytes(conf("yarn"), 0, PROCESSORS)).isZero();
  }

  @Test
  void aLimitThatWouldGetTheExecutorKilledIsRefusedWithTheSettingToRaise() {
    SparkConf conf = conf("yarn", "spark.executor.cores", "4");
    StoreMemory.requireRoom(conf, 96 * MIB);
    StoreMemory.requireRoom(conf, StoreMemory.COMPUTED);
    StoreMemory.requireRoom(conf("local[4]"), 1000 * MIB);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoreMemory.requireRoom(conf, 100 * MIB))
        .withMessageContaining("4 tasks with 104857600 bytes each need 400 MiB")
        .withMessageContaining("spark.executor.memoryOverhead is 384 MiB")
        .withMessageContaining("Set it to 800 MiB");
  }

  private static long computed(String master, String... settings) {
    return StoreMemory.limitBytes(conf(master, settings), StoreMemory.COMPUTED, PROCESSORS);
  }

  private static SparkConf conf(String master, String... settings) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return conf;
  }
}
