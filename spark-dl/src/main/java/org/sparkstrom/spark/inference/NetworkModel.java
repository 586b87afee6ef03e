// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A network of DL4J as a model of tensors, whichever kind it is and whether or not its last layer
 * has a loss.
 *
 * <p>A row of a sequence is [steps, size], of an image [channels, height, width]. Sequences of
 * unequal lengths go through in batches of equal ones. A network that was imported from Keras takes
 * and gives what it did in Keras, axis by axis.
 */
public final class NetworkModel implements BatchModel {
  private static final long serialVersionUID = 1L;

  /** Steps of the sequence that is tried; not 1, which some layers take for a vector. */
  private static final long STEPS = 2;

  /** How the axes of a network's arrays lie. */
  public enum Layout {
    /** As in DL4J, where the steps of a sequence are the last axis. */
    DL4J,
    /** As the rows are nested. */
    ROWS
  }

  private final NetworkSnapshot snapshot;
  private final Layout layout;
  private final ArrayList<TensorSpec> inputs;
  private final ArrayList<ModelOutput> outputs;

  private NetworkModel(
      NetworkSnapshot snapshot, Layout layout, List<TensorSpec> inputs, List<ModelOutput> outputs) {
    this.snapshot = snapshot.forInference();
    this.layout = layout;
    this.inputs = new ArrayList<>(inputs);
    this.outputs = new ArrayList<>(outputs);
  }

  /**
   * A network whose inputs are read from its configuration, and outputs from what it gives for a
   * row of zeros.
   *
   * @throws IllegalArgumentException if its layers do not fit each other
   */
  public static NetworkModel of(NetworkSnapshot snapshot) {
    List<TensorSpec> inputs = snapshot.network().inputs().stream().map(NetworkModel::spec).toList();
    return of(snapshot, Layout.DL4J, inputs);
  }

  /** A network whose inputs are known, in the layout of rows or DL4J's. */
  public static NetworkModel of(NetworkSnapshot snapshot, Layout layout, List<TensorSpec> inputs) {
    return new NetworkModel(snapshot, layout, inputs, probe(snapshot, layout, inputs));
  }

  /**
   * A network with what {@link #signatureJson} has told of it.
   *
   * @throws IllegalArgumentException if the text is damaged
   */
  public static NetworkModel of(NetworkSnapshot snapshot, String signatureJson) {
    NetworkModelSignature signature = NetworkModelSignature.ofJson(signatureJson);
    return new NetworkModel(
        snapshot,
        signature.layout(),
        signature.inputs(),
        signature.outputs().stream().map(ModelOutput::of).toList());
  }

  /** Layout, inputs and outputs as JSON, so that a saved network need not be tried again. */
  public String signatureJson() {
    return new NetworkModelSignature(
            layout, inputs, outputs.stream().map(ModelOutput::tensor).toList())
        .toJson();
  }

  private static TensorSpec spec(NetworkInput input) {
    List<Long> shape = new ArrayList<>(List.of(TensorSpec.UNKNOWN));
    if (input.form() == Form.SEQUENCE) {
      shape.add(TensorSpec.UNKNOWN);
    }
    input.shape().forEach(size -> shape.add((long) size));
    return new TensorSpec(input.name(), TensorType.FLOAT32, shape);
  }

  private static List<ModelOutput> probe(
      NetworkSnapshot snapshot, Layout layout, List<TensorSpec> inputs) {
    List<String> names = snapshot.network().outputNames();
    if (!inputs.stream().allMatch(NetworkModel::canTry)) {
      return names.stream()
          .map(name -> new TensorSpec(name, TensorType.FLOAT32, List.of()))
          .map(ModelOutput::of)
          .toList();
    }
    boolean anySteps =
        inputs.stream().anyMatch(input -> input.rowShape().contains(TensorSpec.UNKNOWN));
    try (LiveNetwork network = LiveNetwork.of(snapshot.forInference())) {
      INDArray[] zeros =
          inputs.stream().map(input -> zeros(input, layout)).toArray(INDArray[]::new);
      INDArray[] given = network.output(zeros, Optional.empty());
      return IntStream.range(0, given.length)
          .mapToObj(i -> output(names.get(i), given[i].shape(), layout, anySteps))
          .toList();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the network must take a row of %s, but fails with '%s'; do its layers fit each other?"
              .formatted(inputs, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /** True if nothing is unknown but the number of steps. */
  private static boolean canTry(TensorSpec input) {
    List<Long> row = input.rowShape();
    return row.stream().skip(row.size() == 2 ? 1 : 0).allMatch(size -> size > 0);
  }

  private static INDArray zeros(TensorSpec input, Layout layout) {
    long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] = 1;
    if (shape.length == 3) {
      long steps = shape[1] > 0 ? shape[1] : STEPS;
      shape =
          layout == Layout.DL4J ? new long[] {1, shape[2], steps} : new long[] {1, steps, shape[2]};
    }
    return Nd4j.zeros(shape);
  }

  private static ModelOutput output(String name, long[] given, Layout layout, boolean anySteps) {
    List<Long> shape = new ArrayList<>(TensorValues.boxed(given));
    if (given.length == 3 && layout == Layout.DL4J) {
      shape.set(1, given[2]);
      shape.set(2, given[1]);
    }
    if (given.length == 3 && anySteps) {
      shape.set(1, TensorSpec.UNKNOWN);
    }
    shape.set(0, TensorSpec.UNKNOWN);
    return ModelOutput.of(new TensorSpec(name, TensorType.FLOAT32, shape));
  }

  /** The network as a value. */
  public NetworkSnapshot snapshot() {
    return snapshot;
  }

  /** How the axes of its arrays lie. */
  public Layout layout() {
    return layout;
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
  public ModelPayload payload() {
    return new NetworkPayload(snapshot, layout == Layout.DL4J);
  }
}
