// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** A network over the parameters that all tasks of the executor share. Used by one thread. */
final class NetworkEngine implements TensorEngine {

  private final SharedParameters parameters;
  private final LiveNetwork network;
  private final int[] outputs;
  private final boolean stepsLast;

  /**
   * The lease becomes the engine's own.
   *
   * @param outputs places of the outputs to give
   * @param stepsLast arrays of three axes are turned between [rows, steps, size] and the network's
   *     [rows, size, steps]
   */
  NetworkEngine(
      SharedParameters parameters, NetworkSnapshot snapshot, int[] outputs, boolean stepsLast) {
    this.parameters = parameters;
    this.outputs = outputs;
    this.stepsLast = stepsLast;
    try {
      this.network = parameters.networkOf(snapshot);
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  @Override
  public List<OutputValues> run(List<TensorBatch> inputs) {
    INDArray[] features = inputs.stream().map(this::array).toArray(INDArray[]::new);
    INDArray[] given = new INDArray[0];
    try {
      given = network.output(features, Optional.empty());
      List<OutputValues> values = new ArrayList<>();
      for (int place : outputs) {
        values.add(values(given[place]));
      }
      return values;
    } catch (Error e) { // memory that ran out, for one
      parameters.discardNetwork();
      throw e;
    } catch (RuntimeException e) {
      parameters.discardNetwork();
      throw new IllegalStateException(
          "the network fails for a batch of %s: %s"
              .formatted(
                  inputs.stream().map(input -> Arrays.toString(input.shape())).toList(),
                  e.getMessage()),
          e);
    } finally {
      closeAll(features);
      closeAll(given);
    }
  }

  private INDArray array(TensorBatch input) {
    INDArray rows = FloatMemory.filled((float[]) input.values(), input.shape());
    if (!stepsLast || input.shape().length != 3) {
      return rows;
    }
    try (rows) {
      return rows.permute(0, 2, 1).dup('c');
    }
  }

  private TensorBatch values(INDArray given) {
    INDArray turned = stepsLast && given.rank() == 3 ? given.permute(0, 2, 1) : given;
    try (INDArray rowMajor = turned.dup('c')) {
      return new TensorBatch(
          TensorType.FLOAT32, rowMajor.data().asFloat(), rowMajor.shape().clone());
    }
  }

  private static void closeAll(INDArray... arrays) {
    for (INDArray array : arrays) {
      if (array.closeable()) {
        array.close();
      }
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}
