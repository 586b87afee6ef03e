// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;

class LiveNetworkTest {

  @Test
  void aGraphKnowsItsInputsAndOutputs() {
    assertThat(NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1))).signature())
        .isEqualTo(
            new NetworkSignature(
                List.of(
                    new NetworkInput("point", Form.FLAT, List.of(4)),
                    new NetworkInput("walk", Form.SEQUENCE, List.of(3))),
                List.of(
                    new NetworkOutput("kind", Form.FLAT, 3, LabelKind.CLASS_INDEX),
                    new NetworkOutput("place", Form.FLAT, 2, LabelKind.REAL))));
  }

  @Test
  void closingFreesTheParametersOfBothKindsOnce() {
    NetworkSnapshot graph = NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1)));
    NetworkSnapshot layers =
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.1))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
                .layer(TestNetworks.softmax(5, 3))
                .build());
    for (NetworkSnapshot snapshot : List.of(graph, layers)) {
      LiveNetwork network = LiveNetwork.of(snapshot);
      INDArray parameters = network.parameters();
      assertThat(parameters.wasClosed()).isFalse();
      network.close();
      assertThat(parameters.wasClosed()).isTrue();
      network.close();
    }
  }

  @Test
  void aRestoredGraphGoesOnLikeTheOriginal() {
    MultiDataSet batch = TestNetworks.graphBatch(6, 1);
    ComputationGraph original = trainedGraph(batch);
    try (LiveNetwork restored = LiveNetwork.of(NetworkSnapshot.of(original))) {
      original.fit(batch);
      restored.fit(batch);
      assertThat(restored.snapshot().parametersSha256())
          .isEqualTo(NetworkSnapshot.of(original).parametersSha256());
      assertThat(restored.updaterState()).isEqualTo(NetworkSnapshot.of(original).updaterState());
      assertThat(restored.iteration()).isEqualTo(2);
      assertThat(restored.score()).isEqualTo(original.score());
    }
  }

  @Test
  void aGraphsZipIsDl4jsOwn() throws IOException {
    ComputationGraph original = trainedGraph(TestNetworks.graphBatch(6, 1));
    NetworkSnapshot snapshot = NetworkSnapshot.of(original);
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    snapshot.write(zip);
    NetworkSnapshot read = NetworkSnapshot.read(new ByteArrayInputStream(zip.toByteArray()));
    assertThat(read.fingerprint()).isEqualTo(snapshot.fingerprint());
    assertThat(read.updaterState()).isEqualTo(snapshot.updaterState());
    ComputationGraph plain =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()));
    assertThat(plain.params()).isEqualTo(original.params());
  }

  @Test
  void theKindOfANetworkIsNotMixedUp() {
    NetworkSnapshot graph = NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1)));
    assertThatIllegalStateException()
        .isThrownBy(graph::restore)
        .withMessageContaining("is a ComputationGraph");
    assertThatIllegalStateException()
        .isThrownBy(NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1)))::restoreGraph)
        .withMessageContaining("is a MultiLayerNetwork");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkConfiguration.ofJson("{\"layers\": []}"))
        .withMessageContaining("neither the layers 'confs' nor the graph's 'vertices'");
  }

  @Test
  void predictsEveryOutput() {
    NetworkSnapshot snapshot = NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1)));
    MultiDataSet batch = TestNetworks.graphBatch(4, 1);
    ComputationGraph reference = snapshot.restoreGraph();
    INDArray[] expected =
        reference.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays());
    try (LiveNetwork network = LiveNetwork.of(snapshot)) {
      assertThat(network.output(batch.getFeatures(), Optional.of(batch.getFeaturesMaskArrays())))
          .containsExactly(expected);
    }
  }

  @Test
  void aMaskOfLabelsAloneCounts() {
    INDArray features = TestNetworks.values(new Random(1), 4, 4);
    INDArray labels = TestNetworks.classes(new Random(2), 4, 3);
    INDArray mask = Nd4j.create(new float[] {1, 0, 1, 0}, new long[] {4, 1}, 'c');
    float[] masked =
        parametersAfter(new MultiDataSet(arrays(features), arrays(labels), null, arrays(mask)));
    INDArray others = features.dup();
    others.putRow(1, TestNetworks.values(new Random(3), 4));
    assertThat(
            parametersAfter(new MultiDataSet(arrays(others), arrays(labels), null, arrays(mask))))
        .isEqualTo(masked);
    assertThat(parametersAfter(new MultiDataSet(others, labels))).isNotEqualTo(masked);
  }

  @Test
  void blocksFollowTheFlatParametersOfAGraph() {
    try (LiveNetwork network =
        LiveNetwork.of(NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1))))) {
      assertThat(network.blocks())
          .extracting(ParameterBlock::name)
          .containsExactlyInAnyOrder("dense", "steps", "kind", "place");
      ComputationGraph graph = (ComputationGraph) network.model();
      float[] flat = NetworkSnapshot.floats(network.parameters());
      int from = 0;
      for (ParameterBlock block : network.blocks()) {
        float[] layer = NetworkSnapshot.floats(graph.getLayer(block.name()).params());
        assertThat(Arrays.copyOfRange(flat, from, from + block.length()))
            .as(block.name())
            .isEqualTo(layer);
        from += block.length();
      }
      assertThat(from).isEqualTo(flat.length);
    }
  }

  @Test
  void frozenLayersAreTold() {
    MultiLayerNetwork whole =
        NetworkSnapshot.initial(
                new NeuralNetConfiguration.Builder()
                    .updater(new Adam(0.01))
                    .list()
                    .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                    .layer(new DenseLayer.Builder().nIn(6).nOut(6).build())
                    .layer(TestNetworks.softmax(6, 3))
                    .build())
            .restore();
    MultiLayerNetwork tuned = new TransferLearning.Builder(whole).setFeatureExtractor(0).build();
    try (LiveNetwork network = LiveNetwork.of(NetworkSnapshot.of(tuned))) {
      assertThat(network.blocks())
          .extracting(ParameterBlock::isFrozen)
          .containsExactly(true, false, false);
      assertThat(network.snapshot().signature().inputs())
          .containsExactly(new NetworkInput("input", Form.FLAT, List.of(4)));
    }
  }

  @Test
  void updaterStateOfAnotherNetworkIsRefused() {
    try (LiveNetwork network =
        LiveNetwork.of(NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.restoreUpdaterState(new float[3]))
          .withMessageContaining("must have 134 values for this network, but has 3");
    }
  }

  private static ComputationGraph trainedGraph(MultiDataSet batch) {
    ComputationGraph network = new ComputationGraph(TestNetworks.graph(new Adam(0.01)));
    network.init();
    network.fit(batch);
    return network;
  }

  private static float[] parametersAfter(MultiDataSet batch) {
    try (LiveNetwork network =
        LiveNetwork.of(NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1))))) {
      network.fit(batch);
      return network.snapshot().parameters();
    }
  }

  private static INDArray[] arrays(INDArray... arrays) {
    return arrays;
  }
}
