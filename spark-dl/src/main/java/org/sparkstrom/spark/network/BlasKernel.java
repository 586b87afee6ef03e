// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.openblas.global.openblas_full;

/**
 * Which of OpenBLAS's kernels multiplies matrices in this JVM, and whether it fits the CPU.
 *
 * <p>OpenBLAS picks its kernels by the CPU's name. On one that it does not know it takes old ones,
 * which are several times slower, and says nothing.
 *
 * @param core the kernels' name, as {@code Haswell}
 * @param config OpenBLAS's description of itself
 */
record BlasKernel(String core, String config) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Set<String> AVX512 = Set.of("SkylakeX", "Cooperlake", "SapphireRapids");
  private static final Set<String> AVX2 = Set.of("Haswell", "Zen", "Excavator");

  /** The kernels in use; loads OpenBLAS if need be. Empty where it does not tell. */
  static Optional<BlasKernel> inUse() {
    try {
      return Optional.of(
          new BlasKernel(
              openblas_full.openblas_get_corename().getString(),
              openblas_full.openblas_get_config().getString()));
    } catch (LinkageError e) { // another BLAS, or no openblas jar
      return Optional.empty();
    }
  }

  /** The instruction sets of this machine, as Linux names them; empty where it does not tell. */
  static Set<String> cpuFlags() {
    try {
      return Files.readAllLines(CPU_INFO).stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(
              line -> Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).strip().split(" "))))
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** A sentence about kernels that do not use what the CPU has; empty if they do. */
  Optional<String> misfit(Set<String> cpuFlags) {
    String better;
    if (AVX512.contains(core)) {
      return Optional.empty();
    } else if (cpuFlags.contains("avx512f") && cpuFlags.contains("avx512dq")) {
      better = "SkylakeX";
    } else if (cpuFlags.contains("avx2") && !AVX2.contains(core)) {
      better = "Haswell";
    } else {
      return Optional.empty();
    }
    return Optional.of(
        "OpenBLAS uses its kernels for %s, but this CPU has those for %s, which may be several times as fast; set OPENBLAS_CORETYPE=%s in the environment of the executors (spark.executorEnv.OPENBLAS_CORETYPE) and measure"
            .formatted(core, better, better));
  }
}
