// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.SparkTests;

/** One seed gives one network, wherever and however often it is trained. */
@Tag("slow")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SameSeedTest {

  private static final Logger LOG = LoggerFactory.getLogger(SameSeedTest.class);
  private static final long SEED = 3;

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  @Test
  void fiveFitsOnClustersOfThreeExecutorsAndOneInThisJvmAreEqualBitByBit() throws Exception {
    TrainingResult embedded = embedded(SEED);
    List<Double> loss = embedded.lossPerEpoch();
    assertThat(loss.get(SeededFit.EPOCHS - 1)).as("%s", loss).isLessThan(0.8 * loss.get(0));
    assertThat(embedded(SEED + 1).parametersSha256())
        .as("with another seed")
        .isNotEqualTo(embedded.parametersSha256());

    List<String> hashes = new ArrayList<>();
    try (SparkCluster cluster = SparkCluster.start(folder.resolve("first"), 3)) {
      hashes.addAll(threeInOneSession(cluster));
      hashes.add(inADriverOfItsOwn(cluster));
    }
    try (SparkCluster fresh = SparkCluster.start(folder.resolve("second"), 3)) {
      hashes.add(inADriverOfItsOwn(fresh));
    }
    LOG.warn("SHA-256 of five fits on clusters: {}", hashes);
    assertThat(hashes).hasSize(5).containsOnly(embedded.parametersSha256());
  }

  private static TrainingResult embedded(long seed) {
    SparkTests.session().stop();
    SparkSession session = SparkTests.builder().master("local[3]").getOrCreate();
    TrainingResult result = SeededFit.run(session, seed);
    assertThat(result.workers()).isEqualTo(3);
    return result;
  }

  private static List<String> threeInOneSession(SparkCluster cluster) {
    SparkTests.session().stop();
    List<String> hashes = new ArrayList<>();
    try (SparkSession session =
        SparkCluster.application(cluster.masterUrl(), cluster.folder()).getOrCreate()) {
      for (int run = 0; run < 3; run++) {
        long startNs = System.nanoTime();
        TrainingResult result = SeededFit.run(session, SEED);
        assertThat(result.attendance())
            .as(cluster.executorLogs())
            .isEqualTo(new Attendance(3, 0, 0));
        assertThat(cluster.executors()).as("processes of executors").hasSize(3);
        hashes.add(result.parametersSha256());
        LOG.warn("fit {}: {} s", run, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
      }
    }
    return hashes;
  }

  private static String inADriverOfItsOwn(SparkCluster cluster)
      throws IOException, InterruptedException {
    Path hash = cluster.folder().resolve("sha256");
    Path output = cluster.folder().resolve("driver.log");
    List<String> command = SparkCluster.javaCommand("-Xmx512m");
    command.addAll(
        List.of(
            SeededFit.class.getName(),
            cluster.masterUrl(),
            cluster.folder().toString(),
            Long.toString(SEED),
            hash.toString()));
    Process driver =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(driver.waitFor(4, TimeUnit.MINUTES)).as("the driver ends").isTrue();
      assertThat(driver.exitValue()).as(Files.readString(output)).isZero();
      return Files.readString(hash);
    } finally {
      driver.destroyForcibly();
    }
  }
}
