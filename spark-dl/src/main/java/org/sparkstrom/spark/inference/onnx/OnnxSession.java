// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.sparkstrom.spark.inference.ModelOutput;
import org.sparkstrom.spark.inference.OutputValues;
import org.sparkstrom.spark.inference.TensorBatch;
import org.sparkstrom.spark.inference.TensorSpec;

/** A model in ONNX Runtime. Thread-safe; the owner closes it when nobody runs it any more. */
final class OnnxSession implements AutoCloseable {

  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxSession(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /**
   * Opens a model, with as many threads for one run as a task has cores.
   *
   * @throws IllegalArgumentException if ONNX Runtime refuses it, with its reason
   */
  static OnnxSession open(byte[] file) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    TaskContext task = TaskContext.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(task == null ? 1 : task.cpus());
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return new OnnxSession(environment, environment.createSession(file, options));
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "the file must be an ONNX model in one file, but ONNX Runtime cannot read it: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * What the model takes.
   *
   * @throws IllegalArgumentException if an input is no tensor of rows
   */
  List<TensorSpec> inputs() {
    return infos(Side.INPUT).stream().map(OnnxSignature::input).toList();
  }

  /**
   * What the model gives.
   *
   * @throws IllegalArgumentException if an output is neither a tensor nor a map for each row
   */
  List<ModelOutput> outputs() {
    return infos(Side.OUTPUT).stream().map(OnnxSignature::output).toList();
  }

  private enum Side {
    INPUT,
    OUTPUT
  }

  private List<NodeInfo> infos(Side side) {
    try {
      return List.copyOf(
          (side == Side.INPUT ? session.getInputInfo() : session.getOutputInfo()).values());
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "the model must tell its inputs and outputs, but does not: " + e.getMessage(), e);
    }
  }

  /**
   * What the model gives for a batch.
   *
   * @param names names of the inputs, in the order of the tensors
   * @param outputs which outputs to compute
   */
  List<OutputValues> run(List<String> names, List<TensorBatch> tensors, List<ModelOutput> outputs) {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try {
      for (int i = 0; i < names.size(); i++) {
        feeds.put(names.get(i), OnnxTensors.of(environment, tensors.get(i)));
      }
      LinkedHashSet<String> wanted =
          outputs.stream()
              .map(ModelOutput::name)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      try (OrtSession.Result result = session.run(feeds, wanted)) {
        List<OutputValues> values = new ArrayList<>();
        for (ModelOutput output : outputs) {
          OnnxValue value =
              result
                  .get(output.name())
                  .orElseThrow(() -> new IllegalStateException("no output " + output.name()));
          values.add(OnnxTensors.values(value, output));
        }
        return values;
      }
    } catch (OrtException e) {
      throw new IllegalStateException(
          "ONNX Runtime fails for a batch of %s: %s"
              .formatted(
                  tensors.stream().map(tensor -> Arrays.toString(tensor.shape())).toList(),
                  e.getMessage()),
          e);
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    }
  }
}
