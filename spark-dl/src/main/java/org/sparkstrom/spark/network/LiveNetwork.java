// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network in memory that trains and predicts, whichever of DL4J's two kinds it is.
 *
 * <p>It exists so that replicas and predictions are written once. Not thread-safe. The owner closes
 * it, which frees parameters, gradients and updater state.
 */
public sealed interface LiveNetwork extends AutoCloseable permits LayeredNetwork, GraphNetwork {

  /** A new network with this snapshot's parameters and updater state. The caller closes it. */
  static LiveNetwork of(NetworkSnapshot snapshot) {
    NativeRuntime.prepare();
    float[] parameters = snapshot.parameters();
    LiveNetwork network =
        snapshot
            .network()
            .over(
                Nd4j.create(parameters, 1, parameters.length),
                snapshot.iteration(),
                snapshot.epoch());
    try {
      network.restoreUpdaterState(snapshot.updaterState());
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** DL4J's network, for listeners and evaluations, which take either kind. */
  Model model();

  /**
   * One step on a batch: forward pass, backward pass, updater, and the update through the
   * accumulator. Counts one iteration.
   *
   * @param batch features and labels in the order of the signature; masks where it has some
   */
  void fit(MultiDataSet batch);

  /** Mean loss of the last batch before its update, regularization included. */
  double score();

  /** Mean loss of a batch without learning from it, regularization included. */
  double score(MultiDataSet batch);

  /** The network's own parameters, float32 [1, parameterCount]. */
  INDArray parameters();

  /** Number of parameters. */
  long parameterCount();

  /** Iterations trained so far. */
  int iteration();

  /** Epochs trained so far. */
  int epoch();

  /** Sets how far the network has trained, which schedules follow. */
  void moveTo(int iteration, int epoch);

  /** Applies the constraints of the layers to the parameters as they are. */
  void applyConstraints();

  /** Has every update go through this accumulator. */
  void setGradientsAccumulator(GradientsAccumulator accumulator);

  /** DL4J's updater: its blocks, and the view of its state. */
  BaseMultiLayerUpdater<?> updater();

  /** The layers and vertices that have parameters, in the order of the flat parameters. */
  List<ParameterBlock> blocks();

  /**
   * What the network gives for a batch, as in prediction.
   *
   * @param features one array per input
   * @param masks one mask per input, null for none; empty if no input has one
   * @return one array per output; the caller closes them
   */
  INDArray[] output(INDArray[] features, Optional<INDArray[]> masks);

  /** The network as it is now. */
  NetworkSnapshot snapshot();

  /** A copy of the parameters, flat, in DL4J's order. */
  default float[] parameterValues() {
    return NetworkSnapshot.floats(parameters());
  }

  /**
   * Sets the parameters.
   *
   * @throws IllegalArgumentException if there are not as many as this network has
   */
  default void restoreParameters(float[] values) {
    if (values.length != parameterCount()) {
      throw new IllegalArgumentException(
          "the network has %d parameters, but the state has %d"
              .formatted(parameterCount(), values.length));
    }
    try (INDArray array = Nd4j.create(values, parameters().shape(), parameters().ordering())) {
      parameters().assign(array);
    }
  }

  /** The updater's state, flat, in DL4J's order; empty if it has none. */
  default float[] updaterState() {
    INDArray state = updater().getStateViewArray();
    return state == null ? new float[0] : NetworkSnapshot.floats(state);
  }

  /**
   * Sets the updater's state; an empty one leaves it as it is.
   *
   * @throws IllegalArgumentException if the length is not that of this network's updater state
   */
  default void restoreUpdaterState(float[] state) {
    if (state.length == 0) {
      return;
    }
    INDArray own = updater().getStateViewArray();
    long length = own == null ? 0 : own.length();
    if (length != state.length) {
      throw new IllegalArgumentException(
          "the updater's state must have %d values for this network, but has %d; is it of a network with another updater?"
              .formatted(length, state.length));
    }
    try (INDArray values = Nd4j.create(state, own.shape(), own.ordering())) {
      updater().setStateViewArray(values);
    }
  }

  @Override
  void close();
}
