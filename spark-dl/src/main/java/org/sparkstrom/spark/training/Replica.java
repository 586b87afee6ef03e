// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * One worker's copy of the network, which learns from its own batches and from its peers' updates.
 *
 * <p>All replicas of a fit start from one snapshot and apply the same aggregate in the same rounds,
 * so they stay equal bit by bit. Not thread-safe. The owner closes it.
 */
final class Replica implements AutoCloseable {

  private final MultiLayerNetwork network;
  private final SharedUpdateAccumulator accumulator;
  private final int classCount;

  Replica(NetworkSnapshot initial, UpdateExchange exchange) {
    network = initial.restore();
    classCount = Math.toIntExact(initial.outputSize());
    accumulator = new SharedUpdateAccumulator(exchange, Math.toIntExact(network.numParams()));
    network.setGradientsAccumulator(accumulator);
  }

  /** The layer blocks of a network's flat update: one per layer that has parameters. */
  static BlockLayout layout(NetworkSnapshot snapshot) {
    MultiLayerNetwork network = snapshot.restore();
    try {
      int[] lengths = new int[network.getnLayers()];
      int count = 0;
      for (Layer layer : network.getLayers()) {
        if (layer.numParams() > 0) {
          lengths[count++] = Math.toIntExact(layer.numParams());
        }
      }
      return BlockLayout.of(Arrays.copyOf(lengths, count));
    } finally {
      network.close();
    }
  }

  /**
   * One round on a batch.
   *
   * @param features float32 [rows, featureCount], row by row
   * @param labels class index of each row
   * @return mean loss of the batch before the update
   */
  double step(float[] features, int[] labels) {
    int rows = labels.length;
    try (INDArray x = Nd4j.create(features, new long[] {rows, features.length / rows}, 'c');
        INDArray y = Nd4j.create(oneHot(labels), new long[] {rows, classCount}, 'c')) {
      network.fit(new DataSet(x, y));
    }
    return network.score();
  }

  private float[] oneHot(int[] labels) {
    float[] oneHot = new float[labels.length * classCount];
    for (int row = 0; row < labels.length; row++) {
      oneHot[row * classCount + labels[row]] = 1f;
    }
    return oneHot;
  }

  /** One round without a batch, for a worker that has no rows. */
  void stepWithoutRows() {
    accumulator.exchangeNothing(network.params());
    int iteration = network.getIterationCount() + 1;
    network.setIterationCount(iteration);
    network.applyConstraints(iteration, network.getEpochCount());
  }

  /** Takes what is still on its way; after the last step of the fit. */
  void drain() {
    accumulator.drain(network.params());
  }

  /** Starts a round: from here on, dropout and noise on this thread follow from the seed alone. */
  void startRound(long seed) {
    Nd4j.getRandom().setSeed(seed);
  }

  /** Tells schedules that an epoch is over. */
  void endEpoch() {
    network.incrementEpochCount();
  }

  /** What another replica needs to go on from here; called between rounds or by the exchange. */
  TrainingState state(TrainingPlace place) {
    INDArray updaterState = network.getUpdater().getStateViewArray();
    return new TrainingState(
        place,
        floats(network.params()),
        updaterState == null ? new float[0] : floats(updaterState));
  }

  /** Iterations of the network so far. */
  int iteration() {
    return network.getIterationCount();
  }

  /** Becomes what another replica was, but for how far it is. */
  void restore(TrainingState state) {
    setParameters(state.parameters());
    INDArray updaterState = network.getUpdater().getStateViewArray();
    long length = updaterState == null ? 0 : updaterState.length();
    if (length != state.updaterState().length) {
      throw new IllegalArgumentException(
          "the updater's state must have %d values, but has %d"
              .formatted(length, state.updaterState().length));
    }
    if (length > 0) {
      new FloatPointer(updaterState.data().addressPointer()).put(state.updaterState());
    }
  }

  /**
   * Goes on from a place that it has not reached by steps of its own.
   *
   * @param parameters those that the exchange keeps; empty if the replica's are right
   */
  void goOn(TrainingPlace place, Optional<float[]> parameters) {
    parameters.ifPresent(this::setParameters);
    network.setIterationCount(place.iteration());
    network.setEpochCount(place.epoch());
  }

  private static float[] floats(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    new FloatPointer(array.data().addressPointer()).get(values);
    return values;
  }

  private void setParameters(float[] parameters) {
    INDArray own = network.params();
    if (own.length() != parameters.length) {
      throw new IllegalArgumentException(
          "the network has %d parameters, but the state has %d"
              .formatted(own.length(), parameters.length));
    }
    new FloatPointer(own.data().addressPointer()).put(parameters);
  }

  /** The replica as it is now. */
  NetworkSnapshot snapshot() {
    return NetworkSnapshot.of(network);
  }

  @Override
  public void close() {
    network.close();
  }
}
