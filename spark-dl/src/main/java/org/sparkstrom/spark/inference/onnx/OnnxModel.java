// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.sparkstrom.spark.inference.BatchModel;
import org.sparkstrom.spark.inference.ModelOutput;
import org.sparkstrom.spark.inference.ModelPayload;
import org.sparkstrom.spark.inference.TensorSpec;

/**
 * A model in the ONNX format, with what it takes and gives.
 *
 * <p>The first axis of every tensor is the rows of a batch. If a model fixes their number, batches
 * are padded with zeros to it. All tasks of an executor share one session of ONNX Runtime, which
 * computes on the thread of the task that calls.
 */
public final class OnnxModel implements BatchModel {
  private static final long serialVersionUID = 1L;

  private final byte[] file;
  private final ArrayList<TensorSpec> inputs;
  private final ArrayList<ModelOutput> outputs;

  private OnnxModel(byte[] file, List<TensorSpec> inputs, List<ModelOutput> outputs) {
    this.file = file;
    this.inputs = new ArrayList<>(inputs);
    this.outputs = new ArrayList<>(outputs);
  }

  /**
   * Reads a model; the bytes become its own.
   *
   * @throws IllegalStateException if ONNX Runtime is not on the class path
   * @throws IllegalArgumentException if it is no ONNX model, or takes what no column can hold
   */
  public static OnnxModel of(byte[] file) {
    OnnxRuntime.require(OnnxModel.class.getClassLoader());
    try (OnnxSession session = OnnxSession.open(file)) {
      OnnxModel model = new OnnxModel(file, session.inputs(), session.outputs());
      model.requireOneBatch();
      return model;
    }
  }

  private void requireOneBatch() {
    List<Long> fixed =
        inputs.stream().map(input -> input.shape().get(0)).filter(rows -> rows > 0).toList();
    if (fixed.stream().distinct().count() > 1 || fixed.stream().anyMatch(rows -> rows > 1 << 20)) {
      throw new IllegalArgumentException(
          "the first axis of each input must be the rows of a batch, equally many for all, but "
              + description());
    }
  }

  /** The file's bytes; not to be written to. */
  public byte[] file() {
    return file;
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.copyOf(inputs);
  }

  @Override
  public List<ModelOutput> outputs() {
    return List.copyOf(outputs);
  }

  @Override
  public OptionalInt fixedRows() {
    return inputs.stream()
        .mapToLong(input -> input.shape().get(0))
        .filter(rows -> rows > 0)
        .mapToInt(Math::toIntExact)
        .findFirst();
  }

  @Override
  public ModelPayload payload() {
    return new OnnxPayload(file);
  }
}
