// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.spark.SparkTests;

class NetworkSnapshotTest {

  @Test
  void aRestoredNetworkGoesOnLikeTheOriginal() {
    DataSet batch = new DataSet(Nd4j.rand(6, 4), Nd4j.eye(3).repeat(0, 2));
    MultiLayerNetwork original = trained(batch);
    MultiLayerNetwork restored = NetworkSnapshot.of(original).restore();
    original.fit(batch);
    restored.fit(batch);
    assertThat(NetworkSnapshot.of(restored).parametersSha256())
        .isEqualTo(NetworkSnapshot.of(original).parametersSha256());
    assertThat(restored.getIterationCount()).isEqualTo(original.getIterationCount());
  }

  @Test
  void theZipIsDl4jsOwn() throws IOException {
    DataSet batch = new DataSet(Nd4j.rand(6, 4), Nd4j.eye(3).repeat(0, 2));
    MultiLayerNetwork original = trained(batch);
    NetworkSnapshot snapshot = NetworkSnapshot.of(original);
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    snapshot.write(zip);
    NetworkSnapshot read = NetworkSnapshot.read(new ByteArrayInputStream(zip.toByteArray()));
    assertThat(read.parametersSha256()).isEqualTo(snapshot.parametersSha256());
    assertThat(read.fingerprint()).isEqualTo(snapshot.fingerprint());
    assertThat(read.iteration()).isEqualTo(snapshot.iteration());
    MultiLayerNetwork plain =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip.toByteArray()));
    assertThat(plain.params()).isEqualTo(original.params());
  }

  @Test
  void knowsItsInputsAndOutputs() {
    NetworkSnapshot snapshot = NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1)));
    assertThat(snapshot.inputSize()).isEqualTo(4);
    assertThat(snapshot.outputSize()).isEqualTo(3);
  }

  @Test
  void anotherPrecisionIsRefusedWithTheRemedy() {
    MultiLayerConfiguration doubles = SparkTests.network(new Sgd(0.1));
    doubles.setDataType(DataType.DOUBLE);
    doubles.getConfs().forEach(conf -> conf.setDataType(DataType.DOUBLE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkSnapshot.initial(doubles))
        .withMessageContaining("must be FLOAT, but are DOUBLE")
        .withMessageContaining("dataType(DataType.FLOAT)");
  }

  private static MultiLayerNetwork trained(DataSet batch) {
    MultiLayerNetwork network = new MultiLayerNetwork(SparkTests.network(new Adam(0.01)));
    network.init();
    network.fit(batch);
    return network;
  }
}
