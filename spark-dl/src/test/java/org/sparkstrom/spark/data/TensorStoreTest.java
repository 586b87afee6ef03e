// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.data.TensorColumn.Storage;
import org.sparkstrom.spark.network.NetworkInput.Form;

class TensorStoreTest {

  private static final int FEATURES = 3;
  private static final RowLayout LAYOUT = layout(FEATURES);

  @TempDir Path directory;

  @Test
  void givesTheSameRowsInTheSameOrderWhateverTheOrderOfArrivalAndTheMemory() throws IOException {
    List<byte[]> blocks = blocks();
    List<String> expected = rows(blocks, Long.MAX_VALUE);
    long seed = System.nanoTime();
    for (long memory : new long[] {0, 100, Long.MAX_VALUE}) {
      List<byte[]> shuffled = new ArrayList<>(blocks);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(rows(shuffled, memory)).as("seed %d, memory %d", seed, memory).isEqualTo(expected);
    }
  }

  @Test
  void spillsOnlyWhatDoesNotFitAndLeavesNoFile() throws IOException {
    List<byte[]> blocks = blocks();
    long total = blocks.stream().mapToLong(block -> block.length).sum();
    try (TensorStore store = new TensorStore(LAYOUT, total / 2, directory)) {
      for (byte[] block : blocks) {
        store.add(block);
      }
      assertThat(store.spilledBytes()).isBetween(1L, total - 1);
      try (var files = Files.list(directory)) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  void refusesABlockOfAnotherWidth() throws IOException {
    try (TensorStore store = new TensorStore(layout(FEATURES + 1), Long.MAX_VALUE, directory)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.add(blocks().get(0)))
          .withMessageContaining("must have");
    }
  }

  @Test
  void givesItsMemoryBackAtClose() throws IOException {
    TensorStore store = new TensorStore(LAYOUT, Long.MAX_VALUE, directory);
    for (byte[] block : blocks()) {
      store.add(block);
    }
    assertThat(store.memoryBytes()).isEqualTo(1 << 20);
    assertThat(store.spilledBytes()).isZero();
    store.close();
    assertThat(store.memoryBytes()).isZero();
  }

  @Test
  void namesItselfWhenUsedAfterClose() throws IOException {
    TensorStore store = new TensorStore(LAYOUT, Long.MAX_VALUE, directory);
    store.close();
    store.close();
    assertThatIllegalStateException().isThrownBy(store::seal).withMessageContaining("TensorStore");
  }

  private List<String> rows(List<byte[]> blocks, long memory) throws IOException {
    try (TensorStore store = new TensorStore(LAYOUT, memory, directory)) {
      for (byte[] block : blocks) {
        store.add(block);
      }
      store.seal();
      List<String> rows = new ArrayList<>();
      for (long index = 0; index < store.rowCount(); index++) {
        ByteBuffer row = store.row(index);
        rows.add(row.getFloat() + " " + row.getFloat() + " " + row.getFloat() + " " + row.getInt());
        assertThat(row.hasRemaining()).isFalse();
      }
      return rows;
    }
  }

  private static RowLayout layout(int features) {
    return new RowLayout(
        List.of(new TensorColumn("x", Form.FLAT, List.of(features), Storage.FLOAT32, 1, 1)),
        List.of(new TensorColumn("y", Form.FLAT, List.of(10), Storage.CLASS_INDEX, 1, 1)),
        false);
  }

  /** 4 partitions with 5 blocks each of 2 rows; a row's values say where it belongs. */
  private static List<byte[]> blocks() {
    List<byte[]> blocks = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      RowBlock.Writer writer = new RowBlock.Writer(LAYOUT, RowBlock.Use.TRAINING, 32);
      for (int i = 0; i < 10; i++) {
        writer.add(row(partition, i, -i, i));
        if (writer.isFull()) {
          blocks.add(writer.take(partition));
        }
      }
    }
    return blocks;
  }

  private static RowValues row(float a, float b, float c, int label) {
    RowValues row = new RowValues(1, new Shapes(2));
    row.input(0).reshape(1, FEATURES);
    System.arraycopy(new float[] {a, b, c}, 0, row.input(0).values(), 0, FEATURES);
    row.label(0).reshape(1, 1);
    row.label(0).values()[0] = label;
    return row;
  }
}
