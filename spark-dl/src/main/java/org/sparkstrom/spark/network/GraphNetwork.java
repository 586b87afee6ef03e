// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * A {@link ComputationGraph} that trains and predicts.
 *
 * @param network the network; closed with this
 */
record GraphNetwork(ComputationGraph network) implements LiveNetwork {

  static GraphNetwork initialize(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return new GraphNetwork(network);
  }

  static GraphNetwork over(
      ComputationGraphConfiguration configuration, INDArray parameters, int iteration, int epoch) {
    configuration.setIterationCount(iteration);
    configuration.setEpochCount(epoch);
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(parameters, false);
    return new GraphNetwork(network);
  }

  @Override
  public Model model() {
    return network;
  }

  @Override
  public void fit(MultiDataSet batch) {
    List<Layer> outputs =
        network.getConfiguration().getNetworkOutputs().stream()
            .map(name -> network.getLayer(name).conf().getLayer())
            .toList();
    try (LabelMasks masks = new LabelMasks(outputs, batch)) {
      network.fit(
          batch.getFeatures(), batch.getLabels(), batch.getFeaturesMaskArrays(), masks.all());
    }
  }

  @Override
  public double score() {
    return network.score();
  }

  @Override
  public double score(MultiDataSet batch) {
    return network.score(batch);
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
    network.getConfiguration().setIterationCount(iteration);
    network.getConfiguration().setEpochCount(epoch);
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
    return network.getUpdater();
  }

  @Override
  public List<ParameterBlock> blocks() {
    List<ParameterBlock> blocks = new ArrayList<>();
    for (int place : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[place];
      if (vertex.numParams() > 0) {
        blocks.add(
            new ParameterBlock(
                vertex.getVertexName(),
                Math.toIntExact(vertex.numParams()),
                FrozenLayers.training(vertex)));
      }
    }
    return blocks;
  }

  @Override
  public INDArray[] output(INDArray[] features, Optional<INDArray[]> masks) {
    return network.output(false, features, masks.orElse(null));
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
    ComputationGraphUpdater updater = network.getUpdater(false);
    NetworkMemory.free(
        network.params(),
        network.getFlattenedGradients(),
        updater == null ? null : updater.getStateViewArray());
  }
}
