// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkProbe;
import org.sparkstrom.spark.network.NetworkSignature;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** What must hold for a network before a fit starts; checked on the driver. */
final class NetworkChecks {

  private static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";

  private NetworkChecks() {}

  /**
   * Requires that the network can be trained by replicas that share their updates.
   *
   * @throws IllegalArgumentException if it has no output layer or nothing to train, if its layers
   *     do not fit each other, if DL4J would train it without our accumulator or with another
   *     number of updates on each worker, or if it is too large for a frame; says what to change
   */
  static void requireShareable(NetworkSnapshot network) {
    NetworkConfiguration configuration = network.network();
    configuration.layers().forEach(NetworkChecks::requireShareable);
    if (configuration.backpropType() == BackpropType.TruncatedBPTT) {
      throw new IllegalArgumentException(
          "the network must have the backprop type Standard, but has TruncatedBPTT, which makes as"
              + " many updates of a batch as its longest sequence needs: another number on each"
              + " worker. Set backpropType(BackpropType.Standard), and cut long sequences into"
              + " rows");
    }
    NetworkSignature signature = configuration.signature();
    BlockLayout layout = Replica.layout(network);
    if (IntStream.range(0, layout.blockCount()).allMatch(layout::isFrozen)) {
      throw new IllegalArgumentException(
          "the network must have a layer to train, but all that have parameters are frozen;"
              + " unfreeze the last ones");
    }
    NetworkProbe.requireFits(network, signature.inputs());
  }

  private static void requireShareable(String name, NeuralNetConfiguration conf) {
    if (conf.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new IllegalArgumentException(
          "layer '%s' must have the optimization algorithm STOCHASTIC_GRADIENT_DESCENT, but has %s, which shares no updates; leave optimizationAlgo at its default"
              .formatted(name, conf.getOptimizationAlgo()));
    }
    if (!conf.isMinimize()) {
      throw new IllegalArgumentException(
          "layer '%s' must minimize its loss, but has minimize(false); turn the loss around"
              .formatted(name));
    }
    if (conf.getLayer() instanceof OCNNOutputLayer) {
      throw new IllegalArgumentException(
          "layer '%s' must change its parameters through the updater alone, but is an OCNNOutputLayer, which sets its radius from one worker's rows; take another output layer"
              .formatted(name));
    }
    if (conf.getLayer() instanceof BaseOutputLayer output
        && output.getLossFn() instanceof LossSparseMCXENT) {
      throw new IllegalArgumentException(
          "layer '%s' must have a loss on one-hot vectors, which batches have, but has LossSparseMCXENT; take MCXENT, whose label columns are class indices all the same"
              .formatted(name));
    }
  }

  /**
   * Requires that the fitted network can return to the driver.
   *
   * @throws IllegalArgumentException if it is larger than what Spark lets a job return
   */
  static void requireResultFits(NetworkSnapshot network, SparkConf conf) {
    long limit = conf.getSizeAsBytes(MAX_RESULT_SIZE, "1g");
    long needed = network.arrayBytes();
    if (limit > 0 && needed >= limit) {
      throw new IllegalArgumentException(
          "the fitted network returns to the driver with %d bytes of parameters and updater state, but %s is %d; raise it, and the driver's memory with it"
              .formatted(needed, MAX_RESULT_SIZE, limit));
    }
  }

  /** How many workers may return the fitted network: two if Spark lets a job return as much. */
  static int resultCopies(NetworkSnapshot network, SparkConf conf) {
    long limit = conf.getSizeAsBytes(MAX_RESULT_SIZE, "1g");
    return limit == 0 || 2 * network.arrayBytes() < limit ? 2 : 1;
  }
}
