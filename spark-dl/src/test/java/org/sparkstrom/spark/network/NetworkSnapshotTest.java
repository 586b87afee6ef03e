// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
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

  /** Runs code when it is deserialized, as a crafted model file would. */
  private static final class Payload implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final AtomicBoolean RAN = new AtomicBoolean();

    private void readObject(ObjectInputStream in) {
      RAN.set(true);
    }
  }

  @Test
  void anEntryThatDl4jWouldDeserializeIsRefusedUnread() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1))).write(zip);
    ByteArrayOutputStream crafted = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip.toByteArray()));
        ZipOutputStream out = new ZipOutputStream(crafted)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        in.transferTo(out);
      }
      out.putNextEntry(new ZipEntry("preprocessor.bin"));
      ByteArrayOutputStream object = new ByteArrayOutputStream();
      try (ObjectOutputStream objects = new ObjectOutputStream(object)) {
        objects.writeObject(new Payload());
      }
      out.write(object.toByteArray());
    }
    assertThatIOException()
        .isThrownBy(() -> NetworkSnapshot.read(new ByteArrayInputStream(crafted.toByteArray())))
        .withMessageContaining("'preprocessor.bin'");
    assertThat(Payload.RAN).isFalse();
  }

  @Test
  void anArrayLongerThanItsBytesIsRefusedBeforeItIsAllocated() throws IOException {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(array);
    data.writeUTF("MIXED_DATA_TYPES");
    data.writeLong(1L << 60);
    data.writeUTF("LONG");
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("configuration.json"));
      out.write(SparkTests.network(new Sgd(0.1)).toJson().getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry("coefficients.bin"));
      out.write(array.toByteArray());
    }
    assertThatIOException()
        .isThrownBy(() -> NetworkSnapshot.read(new ByteArrayInputStream(zip.toByteArray())))
        .withMessageContaining("announces 1152921504606846976 values");
  }

  @Test
  void oneThreadPerTaskHoldsForMatrixProductsToo() {
    Nd4j.factory().blas().setMaxThreads(2);
    NativeRuntime.prepareTask();
    assertThat(Nd4j.factory().blas().getMaxThreads()).isEqualTo(1);
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
