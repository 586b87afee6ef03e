// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

/** Tells whether ONNX Runtime, which is optional, is on the class path. */
final class OnnxRuntime {

  private OnnxRuntime() {}

  /**
   * Requires ONNX Runtime.
   *
   * @param loader sees it, or not
   * @throws IllegalStateException with the jar to add, if it is not there
   */
  static void require(ClassLoader loader) {
    try {
      Class.forName("ai.onnxruntime.OrtEnvironment", false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "ONNX models need ONNX Runtime, which is not on the class path; add its jar to the job, as with --packages com.microsoft.onnxruntime:onnxruntime:VERSION (docs/DEPENDENCIES.md tells which)",
          e);
    }
  }
}
