// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * A {@link MultiLayerNetwork} that trains and predicts.
 *
 * @param network the network; closed with this
 */
record LayeredNetwork(MultiLayerNetwork network) implements LiveNetwork {

  static LayeredNetwork initialize(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return new LayeredNetwork(network);
  }

  static LayeredNetwork over(
      MultiLayerConfiguration configuration, INDArray parameters, int iteration, int epoch) {
    configuration.setIterationCount(iteration);
    configuration.setEpochCount(epoch);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(parameters, false);
    return new LayeredNetwork(network);
  }

  @Override
  public Model model() {
    return network;
  }

  @Override
  public void fit(MultiDataSet batch) {
    // not network.fit(batch): DL4J 1.0.0-M2.1 drops the labels' mask where the features have none
    Layer output = network.getLayer(network.getnLayers() - 1);
    try (LabelMasks masks = new LabelMasks(List.of(output.conf().getLayer()), batch)) {
      network.fit(
          batch.getFeatures(0),
          batch.getLabels(0),
          first(batch.getFeaturesMaskArrays()),
          masks.mask(0).orElse(null));
    }
  }

  private static INDArray first(INDArray[] masks) {
    return masks == null ? null : masks[0];
  }

  @Override
  public double score() {
    return network.score();
  }

  @Override
  public double score(MultiDataSet batch) {
    return network.score(
        new DataSet(
            batch.getFeatures(0),
            batch.getLabels(0),
            first(batch.getFeaturesMaskArrays()),
            first(batch.getLabelsMaskArrays())));
  }

  @Override
  public INDArray parameters() {
    return network.params();
  }

  @Override
  public long parameterCount() {
    return network.numParams();
  }

  @Override
  public int iteration() {
    return network.getIterationCount();
  }

  @Override
  public int epoch() {
    return network.getEpochCount();
  }

  @Override
  public void moveTo(int iteration, int epoch) {
    network.setIterationCount(iteration);
    network.setEpochCount(epoch);
  }

  @Override
  public void applyConstraints() {
    network.applyConstraints(iteration(), epoch());
  }

  @Override
  public void setGradientsAccumulator(GradientsAccumulator accumulator) {
    network.setGradientsAccumulator(accumulator);
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    return (BaseMultiLayerUpdater<?>) network.getUpdater();
  }

  @Override
  public List<ParameterBlock> blocks() {
    List<ParameterBlock> blocks = new ArrayList<>();
    for (Layer layer : network.getLayers()) {
      if (layer.numParams() > 0) {
        String name = layer.getConfig().getLayerName();
        blocks.add(
            new ParameterBlock(
                name == null ? String.valueOf(layer.getIndex()) : name,
                Math.toIntExact(layer.numParams()),
                FrozenLayers.training(layer)));
      }
    }
    return blocks;
  }

  @Override
  public INDArray[] output(INDArray[] features, Optional<INDArray[]> masks) {
    return new INDArray[] {
      network.output(features[0], false, masks.map(LayeredNetwork::first).orElse(null), null)
    };
  }

  @Override
  public NetworkSnapshot snapshot() {
    return NetworkSnapshot.of(network);
  }

  @Override
  public void close() {
    if (NetworkMemory.isFree(network.paramTable())) {
      return;
    }
    Updater updater = network.getUpdater(false);
    NetworkMemory.free(
        network.params(),
        network.getFlattenedGradients(),
        updater == null ? null : updater.getStateViewArray());
  }
}
