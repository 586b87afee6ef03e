// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.layers.DenseStack;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * What a network gives for a batch: by a {@link DenseStack} where the network is one, else by DL4J.
 *
 * <p>Whoever makes it closes it before the network. A batch is predicted to its end before it is
 * closed: where a Python function follows, Spark reads rows in a thread of its own, which may still
 * run when the task has ended.
 */
final class BatchOutput implements AutoCloseable {

  private final LiveNetwork network;
  private final Optional<DenseStack> stack;
  private final List<Set<String>> stepOrigins;
  private boolean closed;

  private BatchOutput(
      LiveNetwork network, Optional<DenseStack> stack, List<Set<String>> stepOrigins) {
    this.network = network;
    this.stack = stack;
    this.stepOrigins = stepOrigins;
  }

  /**
   * For a network with these inputs, whose owner closes it.
   *
   * @param stepOrigins for each output, the names of the inputs whose steps it may have
   */
  static BatchOutput of(
      LiveNetwork network, List<NetworkInput> inputs, List<Set<String>> stepOrigins) {
    boolean flat = inputs.size() == 1 && inputs.get(0).form() == Form.FLAT;
    Optional<DenseStack> stack = flat ? DenseStack.of(network.model()) : Optional.empty();
    return new BatchOutput(
        network, stack.filter(s -> s.inputs() == inputs.get(0).shape().get(0)), stepOrigins);
  }

  /**
   * Predicts a batch.
   *
   * @param inputs the rows, in the order of the network's inputs
   * @return for each output of the network what it gives for each row
   * @throws IllegalStateException if it is closed
   * @throws IllegalArgumentException if an output has the steps of several inputs, and these are
   *     not equally long in each row
   */
  synchronized List<OutputRow[]> predict(InputBatch... inputs) {
    if (closed) {
      throw new IllegalStateException("no batch can be predicted: the task has ended");
    }
    int rows = inputs[0].rows();
    List<OutputRow[]> outputs = new ArrayList<>();
    if (stack.isPresent()) {
      outputs.add(OutputRow.split(stack.get().output(inputs[0].values(), rows), rows));
    } else {
      predictByDl4j(outputs, rows, inputs);
    }
    return outputs;
  }

  private void predictByDl4j(List<OutputRow[]> outputs, int rows, InputBatch... inputs) {
    INDArray[] features = Arrays.stream(inputs).map(InputBatch::features).toArray(INDArray[]::new);
    INDArray[] masks =
        Arrays.stream(inputs).map(input -> input.mask().orElse(null)).toArray(INDArray[]::new);
    boolean masked = Arrays.stream(masks).anyMatch(mask -> mask != null);
    try {
      for (INDArray output :
          network.output(features, masked ? Optional.of(masks) : Optional.empty())) {
        outputs.add(
            OutputRow.split(output, rows, steps(output, stepOrigins.get(outputs.size()), inputs)));
        closeAll(output);
      }
    } finally {
      closeAll(features);
      closeAll(masks);
    }
  }

  /** Steps of each row of an output: those of its input sequences, if it is as long as they. */
  private static int[] steps(INDArray output, Set<String> origins, InputBatch... inputs) {
    if (output.rank() != 3) {
      return filled(inputs[0].rows(), 1);
    }
    int longest = (int) output.size(2);
    List<InputBatch> sequences =
        Arrays.stream(inputs)
            .filter(batch -> batch.input().form() == Form.SEQUENCE && batch.longest() == longest)
            .filter(batch -> origins.contains(batch.input().name()))
            .toList();
    sequences.forEach(other -> requireEqualSteps(sequences.get(0), other));
    return sequences.isEmpty() ? filled(inputs[0].rows(), longest) : sequences.get(0).steps();
  }

  private static void requireEqualSteps(InputBatch one, InputBatch other) {
    int row = Arrays.mismatch(one.steps(), other.steps());
    if (row >= 0) {
      throw new IllegalArgumentException(
          "an output has a step for each of '%s' and '%s', which must be equally long in each row, but one row has %d and %d steps; bring them to one length"
              .formatted(
                  one.input().name(), other.input().name(), one.steps()[row], other.steps()[row]));
    }
  }

  private static int[] filled(int length, int value) {
    int[] all = new int[length];
    Arrays.fill(all, value);
    return all;
  }

  private static void closeAll(INDArray... arrays) {
    for (INDArray array : arrays) {
      if (array != null && array.closeable()) {
        array.close();
      }
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stack.ifPresent(DenseStack::close);
  }
}
