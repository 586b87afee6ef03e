// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FigureSumsTest {

  @Test
  void meansOfUnequalSharesAreWeighted() {
    FigureSums small = new FigureSums();
    small.add("accuracy", 1, 1);
    FigureSums large = new FigureSums();
    large.add("accuracy", 30, 99);
    large.add("loss", 0, 0);
    small.add(large);
    assertThat(small.figures()).containsOnlyKeys("accuracy").containsEntry("accuracy", 0.31);
  }

  @Test
  void travelAsBytes() {
    FigureSums sums = new FigureSums();
    sums.add("größe/mse", 2.5, 4);
    sums.add("loss", Double.NaN, 3);
    ByteBuffer bytes = sums.toBytes();
    assertThat(FigureSums.read(bytes.duplicate()).figures())
        .containsEntry("größe/mse", 0.625)
        .containsEntry("loss", Double.NaN);
    for (int length = 0; length < bytes.limit(); length++) {
      ByteBuffer cut = bytes.duplicate().limit(length);
      assertThatIllegalArgumentException().isThrownBy(() -> FigureSums.read(cut));
    }
  }
}
