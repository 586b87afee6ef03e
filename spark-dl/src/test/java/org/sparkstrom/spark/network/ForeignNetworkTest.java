// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.network.NetworkInput.Form;

/** Networks that cannot be read, are not what was meant, or do not fit: errors that say why. */
class ForeignNetworkTest {

  private final NetworkSnapshot snapshot =
      NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1)));

  @Test
  void aFileThatIsNoZipIsToldSo() {
    assertThatIOException()
        .isThrownBy(() -> NetworkSnapshot.read(new ByteArrayInputStream(new byte[] {1, 2, 3})))
        .withMessageContaining("must have an entry 'configuration.json', but has none at all")
        .withMessageContaining("is it a model that DL4J has saved?");
  }

  @Test
  void aZipThatIsCutShortNamesTheEntry() throws IOException {
    byte[] zip = zip(snapshot);
    assertThatIOException()
        .isThrownBy(
            () ->
                NetworkSnapshot.read(new ByteArrayInputStream(Arrays.copyOf(zip, zip.length / 4))))
        .withMessageContaining("'configuration.json' of a model zip cannot be read")
        .withMessageContaining("damaged or cut short");
  }

  @Test
  void parametersOfAnotherNetworkAreRefused() throws IOException {
    NetworkSnapshot mixed =
        new NetworkSnapshot(
            snapshot.configurationJson(),
            NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1))).parameters(),
            new float[0],
            0,
            0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveNetwork.of(mixed))
        .withMessageContaining("expected length 67");
  }

  @Test
  void whatDl4jCannotDoIsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkSnapshot.initial(SparkTests.network(new AdaBelief(0.01))))
        .withMessageContaining("layer 'layer0' must have an updater that DL4J can create")
        .withMessageContaining("take Adam or AMSGrad");
    RampSchedule unreadable = new RampSchedule(new FixedSchedule(0.1), 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkSnapshot.initial(SparkTests.network(new Sgd(unreadable))))
        .withMessageContaining(
            "Cannot construct instance of `org.nd4j.linalg.schedule.RampSchedule`");
  }

  @Test
  void dataOfAnotherShapeIsRefusedWithBothShapes() {
    NetworkProbe.requireFits(snapshot, List.of(new NetworkInput("input", Form.FLAT, List.of(4))));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                NetworkProbe.requireFits(
                    snapshot, List.of(new NetworkInput("input", Form.FLAT, List.of(5)))))
        .withMessageContaining("takes FLAT [4], but the data for it has FLAT [5]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkProbe.requireFits(snapshot, List.of()))
        .withMessageContaining("takes 1 inputs, [input], but the data has 0");
  }

  @Test
  void configurationsSayWhereTheyDiffer() {
    assertThat(difference(snapshot, snapshot)).isEmpty();
    try (LiveNetwork trained = LiveNetwork.of(snapshot)) {
      trained.moveTo(5, 1);
      assertThat(difference(snapshot, trained.snapshot())).as("progress does not count").isEmpty();
    }
    NetworkSnapshot graph = NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1)));
    assertThat(difference(snapshot, graph))
        .isEqualTo("it is a MultiLayerNetwork here and a ComputationGraph there");
    assertThat(difference(graph, NetworkSnapshot.initial(TestNetworks.graph(new Adam(0.1)))))
        .isEqualTo(
            "layer 'dense' has iupdater.@class \"org.nd4j.linalg.learning.config.Sgd\" here and"
                + " \"org.nd4j.linalg.learning.config.Adam\" there");
    assertThat(difference(graph, NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.2)))))
        .isEqualTo("layer 'dense' has iupdater.learningRate 0.1 here and 0.2 there");
    NetworkSnapshot wider =
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(9).activation(Activation.TANH).build())
                .layer(TestNetworks.softmax(9, 3))
                .build());
    assertThat(difference(snapshot, wider)).isEqualTo("layer 'layer0' has nout 8 here and 9 there");
  }

  private static String difference(NetworkSnapshot one, NetworkSnapshot other) {
    return ConfigurationDifference.between(one.network(), other.network()).orElse("");
  }

  private static byte[] zip(NetworkSnapshot snapshot) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    snapshot.write(zip);
    return zip.toByteArray();
  }
}
