// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.round.Outcome;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.evaluation.BatchFigures;
import org.sparkstrom.spark.layers.DirectLayers;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.network.ParameterBlock;
import org.sparkstrom.spark.updater.FusedUpdaters;

/**
 * One worker's copy of the network, which learns from its own batches and from its peers' updates.
 *
 * <p>All replicas of a fit start from one snapshot and apply the same aggregate in the same rounds,
 * so they stay equal bit by bit. Not thread-safe. The owner closes it.
 */
final class Replica implements AutoCloseable {

  private final LiveNetwork network;
  private final SharedUpdateAccumulator accumulator;
  private final List<NetworkOutput> outputs;
  private int restoredIteration; // where the updater was whose state was restored

  Replica(NetworkSnapshot initial, UpdateExchange exchange) {
    outputs = initial.signature().outputs();
    network = LiveNetwork.of(initial);
    DirectLayers.install(network.model());
    accumulator =
        new SharedUpdateAccumulator(
            exchange, network, FusedUpdaters.installDetached(network.model()));
    network.setGradientsAccumulator(accumulator);
  }

  /**
   * The blocks of a network's flat update: one per layer or vertex that has parameters. Those that
   * transfer learning has frozen share nothing.
   */
  static BlockLayout layout(NetworkSnapshot snapshot) {
    try (LiveNetwork network = LiveNetwork.of(snapshot)) {
      List<ParameterBlock> blocks = network.blocks();
      int[] lengths = blocks.stream().mapToInt(ParameterBlock::length).toArray();
      int[] frozen =
          IntStream.range(0, lengths.length).filter(i -> blocks.get(i).isFrozen()).toArray();
      return BlockLayout.of(lengths).freeze(frozen);
    }
  }

  /** Names of the blocks of {@link #layout}, in its order. */
  List<String> blockNames() {
    return network.blocks().stream().map(ParameterBlock::name).toList();
  }

  /**
   * One round on a batch.
   *
   * @param batch features, labels and masks in the order of the network's signature
   * @return mean loss of the batch before the update
   */
  double step(MultiDataSet batch) {
    network.fit(batch);
    return network.score();
  }

  /**
   * One round on a batch of a classifier with one flat input.
   *
   * @param features float32 [rows, featureCount], row by row
   * @param labels class index of each row
   * @return mean loss of the batch before the update
   */
  double step(float[] features, int[] labels) {
    int rows = labels.length;
    int classCount = outputs.get(0).size();
    try (INDArray x = Nd4j.create(features, new long[] {rows, features.length / rows}, 'c');
        INDArray y = Nd4j.create(oneHot(labels, classCount), new long[] {rows, classCount}, 'c')) {
      return step(new MultiDataSet(x, y));
    }
  }

  private static float[] oneHot(int[] labels, int classCount) {
    float[] oneHot = new float[labels.length * classCount];
    for (int row = 0; row < labels.length; row++) {
      oneHot[row * classCount + labels[row]] = 1f;
    }
    return oneHot;
  }

  /** One round without a batch, for a worker that has nothing to add to it. */
  void stepWithoutRows() {
    accumulator.exchangeNothing(network.parameters());
    network.moveTo(network.iteration() + 1, network.epoch());
    network.applyConstraints();
  }

  /** Takes what is still on its way; after the last step of the fit. */
  void drain() {
    accumulator.drain(network.parameters());
  }

  /** Starts a round: from here on, dropout and noise on this thread follow from the seed alone. */
  void startRound(long seed) {
    Nd4j.getRandom().setSeed(seed);
  }

  /** Tells schedules that an epoch is over. */
  void endEpoch() {
    network.moveTo(network.iteration(), network.epoch() + 1);
  }

  /** What another replica needs to go on from here; called between rounds or by the exchange. */
  TrainingState state(TrainingPlace place) {
    return new TrainingState(place, network.parameterValues(), network.updaterState());
  }

  /** Iterations of the updater so far: it is ahead of the network while a round is not over. */
  int updaterIteration() {
    int own = network.iteration() + (accumulator.awaitsAggregate() ? 1 : 0);
    return Math.max(own, restoredIteration);
  }

  /**
   * True if the updater has come from a replica that was in the middle of a round which this one
   * has not begun. With a gradient of its own it would count that round twice.
   */
  boolean hasUpdaterAhead() {
    return updaterIteration() > network.iteration();
  }

  /** Becomes what another replica was, but for how far it is; its place is that of the updater. */
  void restore(TrainingState state) {
    network.restoreParameters(state.parameters());
    network.restoreUpdaterState(state.updaterState());
    restoredIteration = state.place().iteration();
  }

  /**
   * Goes on from a place that it has not reached by steps of its own.
   *
   * @param parameters those that the exchange keeps; empty if the replica's are right
   */
  void goOn(TrainingPlace place, Optional<float[]> parameters) {
    parameters.ifPresent(network::restoreParameters);
    network.moveTo(place.iteration(), place.epoch());
  }

  /** Mean loss of the last batch; within a step, of the batch in progress. */
  double score() {
    return network.score();
  }

  /** DL4J's network, for its listeners. */
  Model model() {
    return network.model();
  }

  /** Has DL4J call these listeners, and no others. */
  void setListeners(List<TrainingListener> listeners) {
    network.model().setListeners(listeners);
  }

  /** No figures yet of this replica as it is. */
  BatchFigures figures() {
    return new BatchFigures(network, outputs);
  }

  /** Takes the parameters on which the exchange makes all workers agree, if they differ. */
  void settle(UpdateExchange exchange) {
    if (exchange.outcome() == Outcome.PARAMETERS) {
      float[] parameters = new float[Math.toIntExact(network.parameterCount())];
      exchange.settle(parameters);
      network.restoreParameters(parameters);
    }
  }

  /** Lets those parts of the updater's state start over that are not finite. */
  void repairUpdater() {
    float[] values = network.updaterState();
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.isFinite(values[i]) ? values[i] : 0f;
    }
    network.restoreUpdaterState(values);
  }

  /** The replica as it is now. */
  NetworkSnapshot snapshot() {
    return network.snapshot();
  }

  @Override
  public void close() {
    network.close();
  }
}
