// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.sparkstrom.spark.updater.UpdaterArithmetic.Destination;

/**
 * Puts our arithmetic into a network's updater, where all of its formulas are known.
 *
 * <p>What the updater does stays the same within float rounding, for all schedules,
 * regularizations, normalizations and mixtures of updaters, and so does the state that it shows and
 * takes; it only takes less time. A network with an updater or a regularization of another class
 * keeps DL4J's own.
 */
public final class FusedUpdaters {

  private FusedUpdaters() {}

  /**
   * Replaces the updater of a network. The update then goes over the gradient, as with DL4J's own.
   *
   * @return whether it was replaced
   */
  public static boolean install(Model network) {
    return install(network, Destination.GRADIENT).isPresent();
  }

  /**
   * Replaces the updater of a network whose updates are taken from {@link FusedUpdate#values}, and
   * not from the gradient, which stays as it is.
   *
   * @return the updates; empty if the updater was not replaced
   */
  public static Optional<FusedUpdate> installDetached(Model network) {
    return install(network, Destination.ARRAY);
  }

  private static Optional<FusedUpdate> install(Model network, Destination destination) {
    if (network instanceof MultiLayerNetwork layers
        && layers.getUpdater() instanceof MultiLayerUpdater updater
        && updater.getClass() == MultiLayerUpdater.class) {
      return arithmetic(updater, Arrays.stream(layers.getLayers()), destination)
          .map(
              arithmetic -> {
                layers.setUpdater(new FusedMultiLayerUpdater(layers, updater, arithmetic));
                return arithmetic.update();
              });
    }
    if (network instanceof ComputationGraph graph
        && graph.getUpdater().getClass() == ComputationGraphUpdater.class) {
      ComputationGraphUpdater updater = graph.getUpdater();
      return arithmetic(updater, Arrays.stream(graph.getVertices()), destination)
          .map(
              arithmetic -> {
                graph.setUpdater(new FusedGraphUpdater(graph, updater, arithmetic));
                return arithmetic.update();
              });
    }
    return Optional.empty();
  }

  private static Optional<UpdaterArithmetic> arithmetic(
      BaseMultiLayerUpdater<?> updater,
      Stream<? extends Trainable> layers,
      Destination destination) {
    boolean normalizes = layers.anyMatch(FusedUpdaters::isNormalized);
    return FusedUpdate.of(updater)
        .map(update -> new UpdaterArithmetic(update, normalizes, destination));
  }

  private static boolean isNormalized(Trainable layer) {
    if (layer.numParams() == 0 || layer.getConfig() == null) {
      return false;
    }
    GradientNormalization normalization = layer.getConfig().getGradientNormalization();
    return normalization != null && normalization != GradientNormalization.None;
  }
}
