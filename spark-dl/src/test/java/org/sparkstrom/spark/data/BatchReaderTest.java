// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.sparkstrom.spark.network.NativeRuntime;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BatchReaderTest {

  private static final int ROWS = 23;
  private static final int BATCH = 5;

  @TempDir Path directory;
  private TrainingData data;
  private WorkerRows rows;

  @BeforeEach
  void pack() throws Exception {
    NativeRuntime.prepareTask();
    data =
        DataTests.survey(
            DataTests.frame(
                DataTests.schema(DataTests.DOUBLES, DataTypes.IntegerType),
                IntStream.range(0, ROWS)
                    .mapToObj(i -> RowFactory.create(DataTests.array(i + 0.5, -1.0), i % 3))
                    .toList()),
            DataTests.classifier(2, 3));
    rows = DataTests.rows(data, Long.MAX_VALUE, directory);
  }

  @AfterEach
  void close() throws Exception {
    rows.close();
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .noneMatch(name -> name.startsWith("sparkstrom-batches"));
  }

  @Test
  void everyRowComesOnceAnEpochInTheOrderOfTheSeed() {
    try (BatchReader reader = new BatchReader(rows.training(), plan(7, ROWS))) {
      for (int epoch = 0; epoch < 3; epoch++) {
        EpochOrder order = new EpochOrder(ROWS, 7, 0, epoch);
        List<Integer> seen = new ArrayList<>();
        for (int size : new int[] {5, 5, 5, 5, 3}) {
          MultiDataSet batch = reader.next();
          assertThat(batch.getFeatures(0).shape()).containsExactly(size, 2);
          assertThat(batch.getFeaturesMaskArrays()).isNull();
          assertThat(batch.getLabelsMaskArrays()).isNull();
          seen.addAll(numbers(batch));
        }
        assertThat(seen)
            .containsExactlyElementsOf(IntStream.range(0, ROWS).map(order::row).boxed().toList());
      }
    }
  }

  @Test
  void aWorkerWithFewerRowsStartsOverInTheSameEpoch() {
    try (BatchReader reader =
        new BatchReader(rows.training(), DataTests.inOrder(data, BATCH, 26))) {
      List<Integer> seen = new ArrayList<>();
      for (int batch = 0; batch < 6; batch++) {
        seen.addAll(numbers(reader.next()));
      }
      assertThat(seen).hasSize(26);
      assertThat(seen.subList(20, 26)).containsExactly(20, 21, 22, 0, 1, 2);
      assertThat(numbers(reader.next())).as("the next epoch").containsExactly(0, 1, 2, 3, 4);
    }
  }

  @Test
  void seekGoesToAnyBatchAsIfTheOnesBeforeItHadBeenRead() {
    List<List<Integer>> all = new ArrayList<>();
    try (BatchReader reader = new BatchReader(rows.training(), plan(3, ROWS))) {
      for (int batch = 0; batch < 15; batch++) {
        all.add(numbers(reader.next()));
      }
      for (int batch : new int[] {14, 0, 7, 6}) {
        reader.seek(batch / 5, batch % 5);
        assertThat(numbers(reader.next())).isEqualTo(all.get(batch));
      }
      assertThat(numbers(reader.next())).as("it goes on from there").isEqualTo(all.get(7));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> reader.seek(0, 5))
          .withMessageContaining("0 to 4")
          .withMessageContaining("is 5 in epoch 0");
    }
  }

  @Test
  void batchesAreWrittenToThreePlacesInTurn() {
    Set<Long> addresses = new HashSet<>();
    try (BatchReader reader = new BatchReader(rows.training(), plan(1, ROWS))) {
      for (int batch = 0; batch < 100; batch++) {
        MultiDataSet next = reader.next();
        addresses.add(next.getFeatures(0).data().address());
        assertThat(next.getFeatures(0).isAttached()).isFalse();
      }
    }
    assertThat(addresses).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void anErrorOfTheReadingThreadComesOutOfNext() throws Exception {
    WorkerRows other = DataTests.rows(data, 0, directory);
    try (BatchReader reader = new BatchReader(other.training(), plan(1, ROWS))) {
      other.close();
      assertThatIllegalStateException()
          .isThrownBy(reader::next)
          .withMessageContaining("the next batch cannot be read")
          .withMessageContaining("TensorStore is closed");
    }
  }

  @Test
  void anEmptyStoreIsRefused() throws Exception {
    try (WorkerRows empty = new WorkerRows(data.format().layout(), 0, directory)) {
      empty.seal();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new BatchReader(empty.training(), plan(1, ROWS)))
          .withMessageContaining("at least one row");
    }
  }

  @Test
  void namesItselfWhenUsedAfterClose() {
    BatchReader reader = new BatchReader(rows.training(), plan(1, ROWS));
    reader.next();
    reader.close();
    reader.close();
    assertThatIllegalStateException()
        .isThrownBy(reader::next)
        .withMessageContaining("BatchReader is closed");
  }

  private BatchPlan plan(long seed, int rowsPerEpoch) {
    return new BatchPlan(data.format(), BatchPlan.Order.SHUFFLED, seed, 0, BATCH, rowsPerEpoch);
  }

  /** The rows of a batch by their first feature, after a look at the rest. */
  private static List<Integer> numbers(MultiDataSet batch) {
    List<Integer> numbers = new ArrayList<>();
    for (int row = 0; row < batch.getFeatures(0).size(0); row++) {
      int number = (int) batch.getFeatures(0).getFloat(row, 0);
      assertThat(batch.getFeatures(0).getFloat(row, 1)).isEqualTo(-1f);
      for (int label = 0; label < 3; label++) {
        assertThat(batch.getLabels(0).getFloat(row, label))
            .isEqualTo(label == number % 3 ? 1f : 0f);
      }
      numbers.add(number);
    }
    return numbers;
  }
}
