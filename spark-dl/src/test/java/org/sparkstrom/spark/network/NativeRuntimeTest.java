// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.sparkstrom.spark.FreshJvm;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.memory.ProcessMemory;

class NativeRuntimeTest {

  @AfterEach
  void backToOneThread() {
    NativeRuntime.prepareThread(1);
  }

  @Test
  void eachThreadThatComputesHasItsNumber() throws Exception {
    NativeRuntime.prepareThread(2);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      int threads =
          other
              .submit(
                  () -> {
                    NativeRuntime.prepareThread(1);
                    return ompThreads();
                  })
              .get(60, TimeUnit.SECONDS);
      assertThat(threads).isEqualTo(1);
      assertThat(ompThreads()).isEqualTo(2);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void aTaskComputesWithItsCores() {
    SparkTests.session().stop();
    try (SparkSession session =
        SparkTests.builder().master("local[2]").config("spark.task.cpus", "2").getOrCreate()) {
      List<Integer> threads =
          new JavaSparkContext(session.sparkContext())
              .parallelize(List.of(0), 1)
              .map(
                  i -> {
                    NativeRuntime.prepareTask();
                    return ompThreads();
                  })
              .collect();
      assertThat(threads).containsExactly(2);
    }
  }

  /** In a JVM of its own, because JavaCPP reads its settings once. */
  @Test
  void aJvmThatStartsWithUsHasLimitsAndLeavesNoNativeLibraryBehind(@TempDir Path localDirectory)
      throws Exception {
    List<String> lines =
        FreshJvm.run(NativeSettingsInFreshJvm.class, localDirectory, 120, "-Xmx512m").lines();
    long heap = 512L << 20;
    assertThat(value(lines, "maxPhysicalBytes")).isEqualTo("0");
    assertThat(Long.parseLong(value(lines, "maxBytes")))
        .isBetween(1L, ProcessMemory.current().limitBytes() - heap / 2);
    assertThat(value(lines, "unpacked"))
        .startsWith(localDirectory.toRealPath().toString())
        .endsWith("/javacpp");
    assertThat(value(lines, "afterTheSession"))
        .as("a second session computes too")
        .isEqualTo("true");
    assertThat(Path.of(value(lines, "unpacked"))).as("after the JVM's end").doesNotExist();
  }

  /** In a JVM of its own, which takes itself for one of a platform without native code. */
  @Test
  void aMachineWithoutNativeCodeIsToldTheCauseAndTheRemedyEachTime(@TempDir Path folder)
      throws Exception {
    List<String> lines =
        FreshJvm.run(
                MissingNativesInFreshJvm.class,
                folder,
                120,
                "-Dorg.bytedeco.javacpp.platform=linux-riscv64")
            .lines();
    assertThat(value(lines, "first"))
        .startsWith("ND4J's CpuBackend does not run on this machine, linux-riscv64 (")
        .contains("Could not find jniopenblas_nolapack", "linux-x86_64 and linux-arm64", "libgomp");
    assertThat(value(lines, "second")).isEqualTo(value(lines, "first"));
  }

  @Test
  void nativeLibrariesAreSharedOnlyWhereTheFolderIsTheApplicationsOwn(@TempDir Path local) {
    Path own = NativeRuntime.unpackDirectory(Map.of(), local.resolve("blockmgr-1"));
    assertThat(own.getParent().getParent()).isEqualTo(local);
    assertThat(NativeRuntime.unpackDirectory(Map.of(), local.resolve("blockmgr-1")))
        .isNotEqualTo(own);

    Path blocks = Path.of("/local/blockmgr-1");
    assertThat(NativeRuntime.unpackDirectory(Map.of("SPARK_EXECUTOR_DIRS", "/local"), blocks))
        .isEqualTo(Path.of("/local/javacpp"));
    assertThat(NativeRuntime.unpackDirectory(Map.of("CONTAINER_ID", "1"), blocks))
        .isEqualTo(Path.of("/local/javacpp"));
  }

  private static String value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + '='))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + lines));
  }

  private static int ompThreads() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }
}
