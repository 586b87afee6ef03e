// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data of four times the memory limit trains in memory that does not grow with the data. */
class FlatMemoryTest {

  private static final long MIB = 1 << 20;
  private static final long LIMIT_BYTES = 48 * MIB;

  /** What the JVM takes while it compiles; the data has four times the limit. */
  private static final long SLACK_BYTES = 40 * MIB;

  /** Epochs until all code is compiled. */
  private static final int WARM_EPOCHS = 5;

  @TempDir Path directory;

  @Test
  @Timeout(value = 180, unit = TimeUnit.SECONDS)
  void memoryStaysWithinTheLimitAndDoesNotGrowFromEpochToEpoch() throws Exception {
    Path result = directory.resolve("result");
    Path log = directory.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch", // the heap's size is then no part of what is measured
                "-XX:TieredStopAtLevel=1", // the optimizing compiler takes and frees 16 MiB and
                // more
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", // it would count the heap, too
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName(),
                directory.toString(),
                Long.toString(LIMIT_BYTES),
                result.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // a fixed one: else glibc keeps what is freed, and nothing of it is seen
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "131072");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("the process ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(() -> read(log)).isZero();
    List<String> lines = new ArrayList<>(Files.readAllLines(result));
    long spilled = Long.parseLong(lines.remove(lines.size() - 1));
    long inMemory = Long.parseLong(lines.remove(lines.size() - 1));
    assertThat(inMemory).isBetween(LIMIT_BYTES - MIB, LIMIT_BYTES);
    assertThat(spilled).isGreaterThan(3 * LIMIT_BYTES - MIB);
    long[] resident = lines.stream().mapToLong(Long::parseLong).toArray();
    int lastEpoch = StoreProcess.EPOCHS + 1; // before the data, with it, each epoch, closed
    for (int line = 2; line <= lastEpoch; line++) {
      assertThat(resident[line] - resident[0])
          .as("growth after epoch %d of %s", line - 2, lines)
          .isLessThan(LIMIT_BYTES + SLACK_BYTES);
    }
    assertThat(resident[lastEpoch] - resident[2 + WARM_EPOCHS])
        .as("from epoch to epoch, %s", lines)
        .isLessThan(8 * MIB);
    assertThat(resident[lastEpoch + 1] - resident[0])
        .as("after close, %s", lines)
        .isLessThan(SLACK_BYTES);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(result, log);
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
