// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The native library under ND4J, set up for one arithmetic thread per task and safe deallocation.
 *
 * <p>Spark runs as many tasks on an executor as it has cores, so threads inside a task only compete
 * with other tasks. One thread also makes sums come in one order, which equal results need.
 */
public final class NativeRuntime {

  private NativeRuntime() {}

  /** Run once, when the class that holds it is first used. */
  private static final class SafeDeallocation {
    static {
      DeferredDeallocation.replaceNd4jThreads();
    }

    static void ensure() {}
  }

  /** Loads ND4J if need be and makes its deallocation safe. Idempotent. */
  static void prepare() {
    SafeDeallocation.ensure();
  }

  /**
   * Prepares ND4J and limits its arithmetic to one thread per task. To be called before the first
   * array of a task. Idempotent.
   */
  public static void useOneThreadPerTask() {
    prepare();
    Nd4j.getEnvironment().setMaxThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Nd4j.factory().blas().setMaxThreads(1);
  }
}
