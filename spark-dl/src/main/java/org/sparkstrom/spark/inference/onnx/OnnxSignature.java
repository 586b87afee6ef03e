// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sparkstrom.spark.inference.ModelOutput;
import org.sparkstrom.spark.inference.TensorSpec;
import org.sparkstrom.spark.inference.TensorType;

/** What an ONNX model takes and gives, in our words. */
final class OnnxSignature {

  private OnnxSignature() {}

  /** An input, whose shape must be known as far as the number of its axes. */
  static TensorSpec input(NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo info) {
      Optional<TensorType> type = type(info.type);
      if (type.isPresent() && info.getShape().length > 0) {
        return new TensorSpec(node.getName(), type.get(), shape(info));
      }
    }
    throw new IllegalArgumentException(
        "an input of an ONNX model must be a tensor of numbers, booleans or strings whose first axis is the rows of a batch, but '%s' is %s; export the model with another input"
            .formatted(node.getName(), node.getInfo()));
  }

  /**
   * An output: a tensor, or a map for each row, as scikit-learn's converter gives probabilities.
   */
  static ModelOutput output(NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo info) {
      Optional<TensorType> type = type(info.type);
      if (type.isPresent()) {
        return ModelOutput.of(new TensorSpec(node.getName(), type.get(), shape(info)));
      }
    }
    if (node.getInfo() instanceof SequenceInfo sequence && sequence.sequenceOfMaps) {
      MapInfo map = sequence.mapInfo;
      Optional<TensorType> key = type(map.keyType);
      Optional<TensorType> value = type(map.valueType);
      if (key.isPresent() && value.isPresent()) {
        return ModelOutput.ofMaps(node.getName(), key.get(), value.get());
      }
    }
    throw new IllegalArgumentException(
        "an output of an ONNX model must be a tensor of numbers, booleans or strings, or a map for each row, but '%s' is %s; export the model without it"
            .formatted(node.getName(), node.getInfo()));
  }

  private static List<Long> shape(TensorInfo info) {
    return Arrays.stream(info.getShape())
        .map(size -> size < 0 ? TensorSpec.UNKNOWN : size)
        .boxed()
        .toList();
  }

  private static Optional<TensorType> type(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> Optional.of(TensorType.FLOAT32);
      case DOUBLE -> Optional.of(TensorType.FLOAT64);
      case INT8 -> Optional.of(TensorType.INT8);
      case UINT8 -> Optional.of(TensorType.UINT8);
      case INT16 -> Optional.of(TensorType.INT16);
      case INT32 -> Optional.of(TensorType.INT32);
      case INT64 -> Optional.of(TensorType.INT64);
      case BOOL -> Optional.of(TensorType.BOOL);
      case STRING -> Optional.of(TensorType.STRING);
      default -> Optional.empty();
    };
  }
}
