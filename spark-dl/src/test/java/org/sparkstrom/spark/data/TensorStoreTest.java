// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorStoreTest {

  private static final int FEATURES = 3;

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
    try (TensorStore store = new TensorStore(FEATURES, total / 2, directory)) {
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
    try (TensorStore store = new TensorStore(FEATURES + 1, Long.MAX_VALUE, directory)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.add(blocks().get(0)))
          .withMessageContaining("must have");
    }
  }

  @Test
  void namesItselfWhenUsedAfterClose() throws IOException {
    TensorStore store = new TensorStore(FEATURES, Long.MAX_VALUE, directory);
    store.close();
    store.close();
    assertThatIllegalStateException().isThrownBy(store::seal).withMessageContaining("TensorStore");
  }

  private List<String> rows(List<byte[]> blocks, long memory) throws IOException {
    try (TensorStore store = new TensorStore(FEATURES, memory, directory)) {
      for (byte[] block : blocks) {
        store.add(block);
      }
      store.seal();
      List<String> rows = new ArrayList<>();
      float[] features = new float[FEATURES];
      for (long row = 0; row < store.rowCount(); row++) {
        int label = store.read(row, features, 0);
        rows.add(features[0] + " " + features[1] + " " + features[2] + " " + label);
      }
      return rows;
    }
  }

  /** 4 partitions with 5 blocks each of 2 rows; a row's values say where it belongs. */
  private static List<byte[]> blocks() {
    List<byte[]> blocks = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      RowBlock.Writer writer = new RowBlock.Writer(FEATURES, 2);
      for (int i = 0; i < 10; i++) {
        writer.add(new float[] {partition, i, -i}, i);
        if (writer.isFull()) {
          blocks.add(writer.take(partition));
        }
      }
    }
    return blocks;
  }
}
