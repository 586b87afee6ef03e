// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * ND4J's backend, the native code that it computes with, and why it does not run on this machine.
 *
 * <p>ND4J asks for a backend on the class path also where there is one that misses a library of the
 * system, and after a first failure says only that its class cannot be initialized.
 */
final class NativeBackend {

  private NativeBackend() {}

  /**
   * Loads ND4J if need be. Empty if it runs, else what is missing, and the remedy. To be called
   * once, because a second failure does not name its cause.
   */
  static Optional<String> load() {
    Optional<String> problem =
        Optional.of(
            "ND4J needs a backend on the class path, but there is none; add the jar sparkstrom-bundle, or nd4j-native with its jar for "
                + Loader.getPlatform());
    for (Nd4jBackend backend : ND4JClassLoading.loadService(Nd4jBackend.class)) {
      problem = problem(backend);
      if (problem.isEmpty()) {
        return problem;
      }
    }
    return problem;
  }

  private static Optional<String> problem(Nd4jBackend backend) {
    try {
      backend.canRun(); // ND4J asks this too, but drops the cause
      Nd4j.getEnvironment();
      return Optional.empty();
    } catch (RuntimeException | LinkageError e) { // a check or a class initializer that fails
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return Optional.of(
          "ND4J's %s does not run on this machine, %s (%s). %s"
              .formatted(
                  backend.getClass().getSimpleName(),
                  Loader.getPlatform(),
                  cause,
                  remedy(backend)));
    }
  }

  private static String remedy(Nd4jBackend backend) {
    return backend.getClass().getName().startsWith("org.nd4j.linalg.jcublas.")
        ? "Computing on GPUs needs NVIDIA's driver and the CUDA Toolkit 11 (libraries cudart, cuBLAS, cuSOLVER, cuSPARSE) on the hosts of the driver and of the executors; to compute on CPUs take the jar sparkstrom-bundle in place of sparkstrom-bundle-gpu"
        : "The jar sparkstrom-bundle has native code for linux-x86_64 and linux-arm64; for the latter the system must have GCC's libgomp (Debian, Ubuntu: apt install libgomp1; Fedora, Amazon Linux: dnf install libgomp)";
  }
}
