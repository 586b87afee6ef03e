// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerHybrid;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.VGG16ImagePreProcessor;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/** Files of DL4J's NormalizerSerializer, in both directions. */
class NormalizerFileTest {
  private static final Configuration HADOOP = new Configuration();
  private static final double[][] FIRST = {{1, 2, 3}, {4, 5, 9}, {-2, 8, 3.5}};
  private static final double[][] SECOND = {{10, 0}, {20, 0}, {40, 1}};

  @TempDir private Path folder;

  private static final Scaling STANDARDIZE =
      Scaling.standardize(new double[] {1, 1 / 3.0}, new double[] {2, 0});
  private static final Scaling MIN_MAX =
      Scaling.minMax(new double[] {-1, 5}, new double[] {1 / 7.0, 5}, -1, 1);

  static Stream<Arguments> ours() {
    return Stream.of(
        Arguments.of(Normalization.joined(STANDARDIZE), NormalizerStandardize.class),
        Arguments.of(Normalization.joined(MIN_MAX), NormalizerMinMaxScaler.class),
        Arguments.of(
            Normalization.joined(Scaling.image(-1, 1, 65535)), ImagePreProcessingScaler.class),
        Arguments.of(
            Normalization.separate(List.of(STANDARDIZE, STANDARDIZE)),
            MultiNormalizerStandardize.class),
        Arguments.of(
            Normalization.separate(List.of(MIN_MAX, MIN_MAX)), MultiNormalizerMinMaxScaler.class),
        Arguments.of(
            Normalization.separate(List.of(Scaling.unchanged(), MIN_MAX, STANDARDIZE)),
            MultiNormalizerHybrid.class),
        Arguments.of(
            new Normalization(
                Normalization.Layout.JOINED, List.of(MIN_MAX), List.of(MIN_MAX.slice(0, 1))),
            NormalizerMinMaxScaler.class),
        Arguments.of(
            new Normalization(
                Normalization.Layout.SEPARATE,
                List.of(STANDARDIZE),
                List.of(STANDARDIZE, STANDARDIZE.slice(1, 1))),
            MultiNormalizerStandardize.class));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void whatWeWriteDl4jReadsAndWritesBackTheSame(Normalization ours, Class<?> type)
      throws Exception {
    File file = folder.resolve("normalizer.bin").toFile();
    NormalizerFile.write(ours, file.toURI().toString(), HADOOP);

    Normalizer<?> read = NormalizerSerializer.getDefault().restore(file);
    File again = folder.resolve("again.bin").toFile();
    NormalizerSerializer.getDefault().write(read, again);

    assertThat(read).isInstanceOf(type);
    assertThat(NormalizerFile.read(file.toString(), HADOOP)).isEqualTo(ours);
    assertThat(NormalizerFile.read(again.toString(), HADOOP)).isEqualTo(ours);
    assertThat(Files.readAllBytes(again.toPath())).isEqualTo(Files.readAllBytes(file.toPath()));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void everyTruncationIsRefusedWithTheReason(Normalization ours, Class<?> type) throws Exception {
    byte[] whole = Dl4jNormalizers.write(ours);
    NormalizerBytes.check(whole, "whole");
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> NormalizerBytes.check(part, "part"))
          .as("%d of %d bytes of %s", length, whole.length, type)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'part' must be a file of DL4J's NormalizerSerializer")
          .hasMessageContaining("save the normalizer again");
    }
    assertThatThrownBy(() -> NormalizerBytes.check(Arrays.copyOf(whole, whole.length + 1), "long"))
        .hasMessageContaining("1 bytes follow its end");
  }

  static Stream<DataType> types() {
    return Stream.of(DataType.DOUBLE, DataType.FLOAT);
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatDl4jFittedWeApplyAndRevertAsItDoes(DataType type) throws Exception {
    for (var fitted : List.of(new NormalizerStandardize(), new NormalizerMinMaxScaler(-1, 2))) {
      INDArray data = Nd4j.create(FIRST).castTo(type);
      fitted.fit(new DataSet(data.dup(), data.dup()));
      File file = folder.resolve("dl4j.bin").toFile();
      NormalizerSerializer.getDefault().write(fitted, file);

      Scaling ours = NormalizerFile.read(file.toString(), HADOOP).inputs().get(0);
      fitted.transform(data);
      for (int i = 0; i < FIRST.length; i++) {
        double[] row = FIRST[i].clone();
        ours.apply(row);
        assertThat(row)
            .containsExactly(data.getRow(i).castTo(DataType.DOUBLE).toDoubleVector(), within(1e-6));
        ours.revert(row);
        assertThat(row).containsExactly(FIRST[i], within(1e-6));
      }
    }
  }

  @Test
  void whatWeWriteDl4jAppliesToFloatsAndRevertsOnDoubles() throws Exception {
    for (Scaling ours :
        List.of(
            Scaling.standardize(new double[] {1, 2, 3}, new double[] {2, 3, 4}),
            Scaling.minMax(new double[] {0, 1, 2}, new double[] {5, 6, 9}, -1, 1))) {
      File file = folder.resolve("ours.bin").toFile();
      NormalizerFile.write(Normalization.joined(ours), file.toString(), HADOOP);
      var dl4j =
          NormalizerSerializer.getDefault()
              .<org.nd4j.linalg.dataset.api.preprocessor.DataNormalization>restore(file);
      INDArray floats = Nd4j.create(FIRST).castTo(DataType.FLOAT);
      INDArray doubles = Nd4j.create(FIRST);

      dl4j.transform(floats);
      dl4j.transform(doubles);

      double[] row = FIRST[1].clone();
      ours.apply(row);
      assertThat(doubles.getRow(1).toDoubleVector()).containsExactly(row, within(1e-12));
      assertThat(floats.getRow(1).toDoubleVector()).containsExactly(row, within(1e-6));
      assertThatThrownBy(() -> dl4j.revertFeatures(floats)).isInstanceOf(RuntimeException.class);
      dl4j.revertFeatures(doubles);
      assertThat(doubles.getRow(1).toDoubleVector()).containsExactly(FIRST[1], within(1e-12));
    }
  }

  @Test
  void multiNormalizersOfDl4jAreRead() throws Exception {
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {Nd4j.create(FIRST), Nd4j.create(SECOND)},
            new INDArray[] {Nd4j.create(SECOND)});
    MultiNormalizerHybrid hybrid =
        new MultiNormalizerHybrid().standardizeAllInputs().minMaxScaleInput(1, -1, 1);
    MultiNormalizerStandardize multi = new MultiNormalizerStandardize();
    multi.fitLabel(true);
    hybrid.fit(data);
    multi.fit(data);

    Normalization fromHybrid = readBack(hybrid);
    Normalization fromMulti = readBack(multi);

    assertThat(fromHybrid.inputs())
        .extracting(Scaling::kind)
        .containsExactly(Scaling.Kind.STANDARDIZE, Scaling.Kind.MIN_MAX);
    assertThat(fromHybrid.labels()).isEmpty();
    assertThat(fromHybrid.inputs().get(1).uppers()).containsExactly(40, 1);
    assertThat(fromMulti.labels()).hasSize(1);
    assertThat(fromMulti.inputs().get(0).offsets())
        .containsExactly(new double[] {1, 5, 15.5 / 3}, within(1e-9));
  }

  @Test
  void otherFilesAreRefusedBeforeNd4jSeesThem() throws Exception {
    assertThatThrownBy(() -> NormalizerFile.read(folder.toString(), HADOOP))
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> readBack(new VGG16ImagePreProcessor()))
        .isInstanceOf(RuntimeException.class); // DL4J itself has no form for it
    assertThatThrownBy(() -> NormalizerBytes.check(custom("java.lang.Runtime"), "evil"))
        .hasMessageContaining("it holds a CUSTOM normalizer");
    assertThatThrownBy(() -> NormalizerBytes.check(hugeArray(), "huge"))
        .hasMessageContaining("it has an array of 1000000000000 entries where");
    assertThatThrownBy(() -> NormalizerBytes.check(utf("HELLO"), "hello"))
        .hasMessageContaining("it begins with 'HELLO'");
  }

  @Test
  void aShapeThatReachesBeyondItsValuesIsRefused() throws Exception {
    byte[] whole = Dl4jNormalizers.write(Normalization.joined(STANDARDIZE));
    int rank = startOfLongs(whole) + Long.BYTES - 1; // low byte of the first entry, which is 2
    assertThat(whole[rank]).isEqualTo((byte) 2);
    for (int entry : List.of(0, 1, 2, 4)) { // rank, both sizes, stride of the second dimension
      byte[] changed = whole.clone();
      changed[rank + entry(entry)] = 100;

      assertThatThrownBy(() -> NormalizerBytes.check(changed, "wide"))
          .as("entry %d of the shape", entry)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not fit its 2 values");
    }
    byte[] overflowing = whole.clone(); // the product of the sizes is beyond a long
    overflowing[rank + entry(1) - 7] = 64;
    assertThatThrownBy(() -> NormalizerBytes.check(overflowing, "wide"))
        .hasMessageContaining("does not fit its 2 values");
    byte[] retyped = whole.clone();
    retyped[rank + entry(5) - 1] ^= 0x60; // float64 becomes float32
    assertThatThrownBy(() -> NormalizerBytes.check(retyped, "narrow"))
        .hasMessageContaining("does not fit its 2 values of the type DOUBLE");
  }

  private static int entry(int place) {
    return place * Long.BYTES;
  }

  /** Where the entries of the first buffer of longs begin. */
  private static int startOfLongs(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return text.indexOf("LONG", text.indexOf("LONG_SHAPE") + 10) + 4;
  }

  private Normalization readBack(Normalizer<?> normalizer) throws Exception {
    File file = folder.resolve("read.bin").toFile();
    NormalizerSerializer.getDefault().write(normalizer, file);
    return NormalizerFile.read(file.toString(), HADOOP);
  }

  private static byte[] utf(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputStream(bytes).writeUTF(text);
    return bytes.toByteArray();
  }

  private static byte[] custom(String className) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("CUSTOM");
    out.writeUTF(className);
    return bytes.toByteArray();
  }

  private static byte[] hugeArray() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("STANDARDIZE");
    out.writeBoolean(false);
    out.writeUTF("LONG_SHAPE");
    out.writeLong(1_000_000_000_000L);
    out.writeUTF("LONG");
    return bytes.toByteArray();
  }
}
