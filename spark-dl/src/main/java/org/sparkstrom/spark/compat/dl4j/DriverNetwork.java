// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.util.function.DoubleConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The network that DL4J's Spark classes hold on the driver: read before a fit, and given what the
 * fit has learned after it. The same object stays, so whoever holds it sees the fitted network.
 */
sealed interface DriverNetwork {

  /** A multi-layer network. */
  static DriverNetwork of(SparkDl4jMultiLayer spark) {
    return new Layers(spark.getNetwork(), spark::setScore);
  }

  /** A graph. */
  static DriverNetwork of(SparkComputationGraph spark) {
    return new Graph(spark.getNetwork(), spark::setScore);
  }

  /** The network as listeners get it. */
  Model model();

  /** The network as it is now. */
  NetworkSnapshot snapshot();

  /**
   * Takes parameters, updater state, iteration and epoch, and the last loss as its score. The epoch
   * is one less than the snapshot's, because DL4J's classes count the call that is about to end.
   */
  void take(NetworkSnapshot fitted, double loss);

  /** A multi-layer network and who is told its score. */
  record Layers(MultiLayerNetwork network, DoubleConsumer score) implements DriverNetwork {
    @Override
    public Model model() {
      return network;
    }

    @Override
    public NetworkSnapshot snapshot() {
      return NetworkSnapshot.of(network);
    }

    @Override
    public void take(NetworkSnapshot fitted, double loss) {
      try (INDArray parameters = row(fitted.parameters())) {
        network.setParams(parameters);
      }
      if (fitted.updaterState().length > 0) {
        try (INDArray state = row(fitted.updaterState())) {
          network.getUpdater().setStateViewArray(network, state, false);
        }
      }
      network.setIterationCount(fitted.iteration());
      network.setEpochCount(fitted.epoch() - 1);
      network.setScore(loss);
      score.accept(loss);
    }
  }

  /** A graph and who is told its score. */
  record Graph(ComputationGraph network, DoubleConsumer score) implements DriverNetwork {
    @Override
    public Model model() {
      return network;
    }

    @Override
    public NetworkSnapshot snapshot() {
      return NetworkSnapshot.of(network);
    }

    @Override
    public void take(NetworkSnapshot fitted, double loss) {
      try (INDArray parameters = row(fitted.parameters())) {
        network.setParams(parameters);
      }
      if (fitted.updaterState().length > 0) {
        try (INDArray state = row(fitted.updaterState())) {
          network.getUpdater().getStateViewArray().assign(state);
        }
      }
      network.getConfiguration().setIterationCount(fitted.iteration());
      network.getConfiguration().setEpochCount(fitted.epoch() - 1);
      network.setScore(loss);
      score.accept(loss);
    }
  }

  private static INDArray row(float[] values) {
    return Nd4j.create(values, 1, values.length);
  }
}
