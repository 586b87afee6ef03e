// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.SparkCluster;

/** What is left of a fit whose driver is killed. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KilledDriverTest {

  private static final Logger LOG = LoggerFactory.getLogger(KilledDriverTest.class);

  @TempDir private Path folder;

  @Test
  void noWorkerIsAliveHalfAMinuteAfterTheDriverWasKilled() throws Exception {
    try (SparkCluster cluster = SparkCluster.start(folder, 3)) {
      Process driver = startDriver(cluster);
      try {
        SparkCluster.await(
            "three workers to train",
            Duration.ofMinutes(2),
            () -> {
              assertThat(driver.isAlive()).as("the driver, see %s", output()).isTrue();
              return Files.exists(DriverProgram.trainingFile(folder));
            });
        List<ProcessHandle> executors = cluster.executors().toList();
        assertThat(executors).hasSize(3);
        long killedNs = System.nanoTime();
        driver.destroyForcibly();
        SparkCluster.await(
            "all executors to end",
            Duration.ofSeconds(30),
            () ->
                executors.stream().noneMatch(ProcessHandle::isAlive)
                    && cluster.executors().findAny().isEmpty());
        LOG.warn(
            "no executor is alive {} after the driver was killed (limit 30 s)",
            Duration.ofNanos(System.nanoTime() - killedNs));
      } finally {
        driver.destroyForcibly();
      }
    }
  }

  private Path output() {
    return folder.resolve("driver.log");
  }

  private Process startDriver(SparkCluster cluster) throws IOException {
    List<String> command = SparkCluster.javaCommand("-Xmx512m");
    command.add(DriverProgram.class.getName());
    command.add(cluster.masterUrl());
    command.add(folder.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output().toFile())
        .start();
  }
}
