// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.sparkstrom.spark.data.TensorColumn.Storage;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;
import org.sparkstrom.spark.network.NetworkSignature;
import scala.collection.Seq;

/** What a batch holds is what the columns held, whatever way it went. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BatchValuesTest {

  @TempDir Path directory;

  @BeforeEach
  void prepare() {
    NativeRuntime.prepareTask();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void bytesThatAreKeptNarrowGiveTheSameBatchesAsFloats(long memoryBytes) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Object[] pixels = random.ints(9, 0, 256).mapToObj(v -> (double) v).toArray();
      rows.add(RowFactory.create(DataTests.array(pixels), i % 3));
    }
    Dataset<Row> narrow =
        DataTests.frame(DataTests.schema(DataTests.DOUBLES, DataTypes.IntegerType), rows);
    rows = new ArrayList<>(rows);
    rows.add(RowFactory.create(DataTests.array(0.5, 0., 0., 0., 0., 0., 0., 0., 0.), 0));
    Dataset<Row> wide =
        DataTests.frame(DataTests.schema(DataTests.DOUBLES, DataTypes.IntegerType), rows);
    TrainingData packedNarrow = DataTests.survey(narrow, DataTests.classifier(9, 3));
    TrainingData packedWide = DataTests.survey(wide, DataTests.classifier(9, 3));
    assertThat(packedNarrow.format().layout().inputs().get(0).storage()).isEqualTo(Storage.UINT8);
    assertThat(packedWide.format().layout().inputs().get(0).storage()).isEqualTo(Storage.FLOAT32);
    assertThat(packedNarrow.format().layout().maxRowBytes()).isEqualTo(12 + 4);
    assertThat(packedWide.format().layout().maxRowBytes()).isEqualTo(36 + 4);
    List<MultiDataSet> fromBytes = batches(packedNarrow, 5, 10, memoryBytes);
    List<MultiDataSet> fromFloats = batches(packedWide, 5, 10, memoryBytes);
    assertThat(fromBytes).as("seed %d", seed).isEqualTo(fromFloats);
  }

  @Test
  void aValueThatAByteWouldChangeIsKeptWide() {
    for (double value : new double[] {-0.0, -1, 256, 1e10, 0.5, 254.99999}) {
      Dataset<Row> data =
          DataTests.frame(
              DataTests.schema(DataTests.DOUBLES, DataTypes.IntegerType),
              List.of(RowFactory.create(DataTests.array(255.0, value), 0)));
      TensorColumn column =
          DataTests.survey(data, DataTests.classifier(2, 2)).format().layout().inputs().get(0);
      assertThat(column.storage()).as("%s", value).isEqualTo(Storage.FLOAT32);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sequencesArePaddedToTheLongestOfTheirBatch(boolean integers) throws IOException {
    StructType schema =
        DataTests.schema(DataTypes.createArrayType(DataTests.DOUBLES), DataTests.INTS);
    double fraction = integers ? 0 : 0.25;
    int[] lengths = {2, 1, 3, 3, 5, 4};
    List<Row> rows =
        IntStream.range(0, lengths.length)
            .mapToObj(i -> sequence(i, lengths[i], fraction))
            .toList();
    TrainingData data =
        DataTests.survey(
            DataTests.frame(schema, rows),
            DataTests.network(DataTests.sequence(2), DataTests.classes(Form.SEQUENCE, 7)));
    TensorColumn column = data.format().layout().inputs().get(0);
    assertThat(column.storage()).isEqualTo(integers ? Storage.UINT8 : Storage.FLOAT32);
    assertThat(List.of(column.minSteps(), column.maxSteps())).containsExactly(1, 5);
    int[] longest = {2, 3, 5};
    for (long memory : new long[] {0, Long.MAX_VALUE}) {
      List<MultiDataSet> batches = batches(data, 2, 3, memory);
      for (int batch = 0; batch < 3; batch++) {
        MultiDataSet set = batches.get(batch);
        assertThat(set.getFeatures(0).shape()).containsExactly(2, 2, longest[batch]);
        assertThat(set.getLabels(0).shape()).containsExactly(2, 7, longest[batch]);
        for (int row = 0; row < 2; row++) {
          requireSequence(set, row, 2 * batch + row, lengths[2 * batch + row], fraction);
        }
      }
    }
  }

  private static Row sequence(int row, int length, double fraction) {
    Seq<?>[] steps = new Seq<?>[length];
    Object[] labels = new Object[length];
    for (int step = 0; step < length; step++) {
      steps[step] = DataTests.array(10.0 * row + step + fraction, 100.0 + step);
      labels[step] = (row + step) % 7;
    }
    return RowFactory.create(DataTests.array((Object[]) steps), DataTests.array(labels));
  }

  private static void requireSequence(
      MultiDataSet set, int place, int row, int length, double fraction) {
    INDArray x = set.getFeatures(0);
    INDArray y = set.getLabels(0);
    for (int step = 0; step < x.size(2); step++) {
      boolean there = step < length;
      assertThat(x.getFloat(place, 0, step))
          .isEqualTo(there ? (float) (10.0 * row + step + fraction) : 0f);
      assertThat(x.getFloat(place, 1, step)).isEqualTo(there ? 100f + step : 0f);
      for (int label = 0; label < 7; label++) {
        assertThat(y.getFloat(place, label, step))
            .isEqualTo(there && label == (row + step) % 7 ? 1f : 0f);
      }
      if (set.getFeaturesMaskArrays() == null) {
        assertThat(there).isTrue();
      } else {
        assertThat(set.getFeaturesMaskArray(0).getFloat(place, step)).isEqualTo(there ? 1f : 0f);
        assertThat(set.getLabelsMaskArray(0).getFloat(place, step)).isEqualTo(there ? 1f : 0f);
      }
    }
  }

  @Test
  void sequencesOfOneLengthHaveNoMaskAndNoLengthInTheirRows() throws IOException {
    StructType schema = DataTests.schema(DataTests.DOUBLES, DataTests.DOUBLES);
    List<Row> rows =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    RowFactory.create(
                        DataTests.array(i + 0.5, i + 1.5), DataTests.array(-i - 0.5, 0.5)))
            .toList();
    TrainingData data =
        DataTests.survey(
            DataTests.frame(schema, rows),
            DataTests.network(DataTests.sequence(1), DataTests.real(Form.SEQUENCE, 1)));
    assertThat(data.format().layout().maxRowBytes()).isEqualTo(16);
    MultiDataSet batch = batches(data, 4, 1, Long.MAX_VALUE).get(0);
    assertThat(batch.getFeatures(0).shape()).containsExactly(4, 1, 2);
    assertThat(batch.getFeatures(0).getFloat(3, 0, 1)).isEqualTo(4.5f);
    assertThat(batch.getLabels(0).getFloat(3, 0, 0)).isEqualTo(-3.5f);
    assertThat(batch.getFeaturesMaskArrays()).isNull();
    assertThat(batch.getLabelsMaskArrays()).isNull();
  }

  @Test
  void severalInputsAndOutputsKeepTheirOrder() throws IOException {
    StructType schema =
        new StructType()
            .add("target", DataTests.DOUBLES)
            .add("b", DataTests.DOUBLES)
            .add("class", DataTypes.StringType)
            .add("a", DataTypes.createArrayType(DataTypes.createArrayType(DataTests.DOUBLES)));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Seq<?> line = DataTests.array(i + 0.5, 2.0, 3.0);
      rows.add(
          RowFactory.create(
              DataTests.array(i + 0.25, -1.0),
              DataTests.array((double) i),
              Integer.toString(i % 2),
              DataTests.array(DataTests.array(line, line))));
    }
    Dataset<Row> frame = DataTests.frame(schema, rows);
    NetworkSignature network =
        new NetworkSignature(
            List.of(
                new NetworkInput("image", Form.IMAGE, List.of(1, -1, -1)),
                new NetworkInput("flat", Form.FLAT, List.of(-1))),
            List.of(
                new NetworkOutput("class", Form.FLAT, 2, LabelKind.CLASS_INDEX),
                new NetworkOutput("real", Form.FLAT, 2, LabelKind.REAL)));
    ColumnBinding columns = new ColumnBinding(List.of("a", "b"), List.of("class", "target"));
    TrainingData data =
        DataTests.survey(
            frame.withColumn("class", frame.col("class").cast("int")), columns, network);
    MultiDataSet batch = batches(data, 4, 1, Long.MAX_VALUE).get(0);
    assertThat(batch.getFeatures(0).shape()).containsExactly(4, 1, 2, 3);
    assertThat(batch.getFeatures(1).shape()).containsExactly(4, 1);
    for (int i = 0; i < 4; i++) {
      assertThat(batch.getFeatures(0).getFloat(i, 0, 1, 0)).isEqualTo(i + 0.5f);
      assertThat(batch.getFeatures(0).getFloat(i, 0, 1, 2)).isEqualTo(3f);
      assertThat(batch.getFeatures(1).getFloat(i, 0)).isEqualTo(i);
      assertThat(batch.getLabels(0).getFloat(i, i % 2)).isEqualTo(1f);
      assertThat(batch.getLabels(1).getFloat(i, 0)).isEqualTo(i + 0.25f);
      assertThat(batch.getLabels(1).getFloat(i, 1)).isEqualTo(-1f);
    }
  }

  @Test
  void aNullSequenceThatIsKeptIsOneStepOfZeros() throws IOException {
    StructType schema = DataTests.schema(DataTests.DOUBLES, DataTypes.IntegerType);
    Dataset<Row> frame =
        DataTests.frame(
            schema,
            List.of(RowFactory.create(null, 0), RowFactory.create(DataTests.array(1.5, 2.5), 1)));
    TrainingData data =
        TrainingData.survey(
            frame,
            DataTests.COLUMNS,
            DataTests.network(DataTests.sequence(1), DataTests.classes(Form.FLAT, 2)),
            Map.of(),
            HandleInvalid.KEEP);
    MultiDataSet batch = batches(data, 2, 1, Long.MAX_VALUE).get(0);
    assertThat(batch.getFeatures(0).ravel().toFloatVector()).containsExactly(0f, 0f, 1.5f, 2.5f);
    assertThat(batch.getFeaturesMaskArray(0).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{1, 0}, {1, 1}});
    assertThat(batch.getLabelsMaskArrays()).isNull();
  }

  /** Copies, as the reader writes over its batches. */
  private List<MultiDataSet> batches(TrainingData data, int batchSize, int count, long memory)
      throws IOException {
    try (WorkerRows rows = DataTests.rows(data, memory, directory);
        BatchReader reader =
            new BatchReader(
                rows.training(), DataTests.inOrder(data, batchSize, (long) batchSize * count))) {
      return Stream.generate(() -> copy(reader.next())).limit(count).toList();
    }
  }

  private static MultiDataSet copy(MultiDataSet batch) {
    return new MultiDataSet(
        copy(batch.getFeatures()),
        copy(batch.getLabels()),
        copy(batch.getFeaturesMaskArrays()),
        copy(batch.getLabelsMaskArrays()));
  }

  private static INDArray[] copy(INDArray[] arrays) {
    return arrays == null
        ? null
        : Stream.of(arrays)
            .map(array -> array == null ? null : array.dup('c'))
            .toArray(INDArray[]::new);
  }
}
