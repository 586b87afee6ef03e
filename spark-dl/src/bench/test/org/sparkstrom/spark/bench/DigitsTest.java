// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.training.ThreadedFit;

/** Images of one row and two columns that hold their own number, base 200. */
class DigitsTest {
  private static final int TRAINING = 100;
  private static final int ALL = TRAINING + Digits.HELD_OUT;
  private static final int BASE = 200;

  @TempDir private Path folder;

  @Test
  void holdsTheLastRowsOutAndDealsTheOthersWithoutLossOrRepeat() throws IOException {
    Digits digits = write(ALL, 9);
    assertThat(numbers(digits.heldOut()))
        .containsExactlyElementsOf(IntStream.range(TRAINING, ALL).boxed().toList());
    List<Integer> dealt = new ArrayList<>();
    for (ThreadedFit.Rows rows : digits.deal(8, 3)) {
      assertThat(rows.count()).isBetween(TRAINING / 8, TRAINING / 8 + 1);
      dealt.addAll(numbers(rows));
    }
    assertThat(dealt).isNotEqualTo(IntStream.range(0, TRAINING).boxed().toList());
    Collections.sort(dealt);
    assertThat(dealt).isEqualTo(IntStream.range(0, TRAINING).boxed().toList());
  }

  @Test
  void dealsBySeed() throws IOException {
    Digits digits = write(ALL, 9);
    List<Integer> first = numbers(digits.deal(2, 1).get(0));
    assertThat(numbers(digits.deal(2, 1).get(0))).isEqualTo(first);
    assertThat(numbers(digits.deal(2, 2).get(0))).isNotEqualTo(first);
  }

  @Test
  void givesLabelsAndScalesPixels() throws IOException {
    ThreadedFit.Rows rows = write(ALL, 9).heldOut();
    float[] features = new float[5];
    assertThat(rows.read(1, features, 3)).isEqualTo((TRAINING + 1) % 10);
    assertThat(features).containsExactly(0, 0, 0, 0 / 255f, (TRAINING + 1) / 255f);
  }

  @Test
  void refusesFilesThatDoNotFit() {
    assertThatThrownBy(() -> write(Digits.HELD_OUT, 9))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 10000, but holds 10000 and 10000");
    assertThatThrownBy(() -> write(ALL, 10)).hasMessageContaining("[0, 10), but is 10");
  }

  private Digits write(int count, int largestLabel) throws IOException {
    int[] pixels = new int[2 * count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[2 * i] = i / BASE;
      pixels[2 * i + 1] = i % BASE;
      labels[i] = i % (largestLabel + 1);
    }
    IdxFiles.write(
        folder.resolve("train-images-idx3-ubyte.gz"), 0x0803, new int[] {count, 1, 2}, pixels);
    IdxFiles.write(folder.resolve("train-labels-idx1-ubyte.gz"), 0x0801, new int[] {count}, labels);
    return Digits.read(folder);
  }

  private static List<Integer> numbers(ThreadedFit.Rows rows) {
    float[] features = new float[2];
    return IntStream.range(0, rows.count())
        .mapToObj(
            row -> {
              rows.read(row, features, 0);
              return Math.round(features[0] * 255) * BASE + Math.round(features[1] * 255);
            })
        .toList();
  }
}
