// SPDX-License-Identifier: Apache-2.0
/**
 * Models in the ONNX format, computed by ONNX Runtime, which is an optional dependency.
 *
 * <p>Start at {@link org.sparkstrom.spark.inference.onnx.OnnxModel}. Nothing else sees ONNX
 * Runtime.
 */
package org.sparkstrom.spark.inference.onnx;
