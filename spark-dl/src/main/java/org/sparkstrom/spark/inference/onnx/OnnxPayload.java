// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import org.sparkstrom.spark.inference.ModelBinding;
import org.sparkstrom.spark.inference.ModelPayload;
import org.sparkstrom.spark.inference.TensorEngine;
import org.sparkstrom.spark.inference.TensorSpec;

/** An ONNX model as it is broadcast. */
final class OnnxPayload implements ModelPayload {
  private static final long serialVersionUID = 1L;

  private final byte[] file;

  OnnxPayload(byte[] file) {
    this.file = file;
  }

  @Override
  public TensorEngine open(String key, ModelBinding binding) {
    OnnxRuntime.require(OnnxPayload.class.getClassLoader());
    return new OnnxEngine(
        SharedSessions.lease(key, file),
        binding.inputs().stream().map(TensorSpec::name).toList(),
        binding.outputs());
  }
}
