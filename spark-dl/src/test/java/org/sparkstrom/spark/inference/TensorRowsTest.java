// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.inference.TensorRows.Content;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class TensorRowsTest {

  private static TensorRows rows(TensorType type, Long... shape) {
    return new TensorRows(new TensorSpec("x", type, List.of(shape)), "column");
  }

  private static Seq<Object> seq(Object... values) {
    return JavaConverters.asScalaBuffer(Arrays.asList(values));
  }

  @Test
  void theSameValuesAreTheSameHoweverTheyAreStored() {
    for (Object value :
        List.of(
            Vectors.dense(1, 0, 0, 2),
            Vectors.sparse(4, new int[] {0, 3}, new double[] {1, 2}),
            seq(1L, 0.0, (byte) 0, 2f),
            seq(seq(true, false), seq(0, new BigDecimal("2"))),
            seq(Vectors.dense(1, 0), Vectors.sparse(2, new int[] {1}, new double[] {2})))) {
      TensorRows rows = rows(TensorType.FLOAT32, -1L, 2L, 2L);
      for (int i = 0; i < 3; i++) {
        assertThat(rows.read(value)).isEqualTo(Content.VALUES);
        rows.add();
      }
      TensorBatch batch = rows.batch();
      assertThat(batch.shape()).containsExactly(3, 2, 2);
      assertThat(Arrays.copyOf((float[]) batch.values(), batch.count()))
          .containsExactly(1, 0, 0, 2, 1, 0, 0, 2, 1, 0, 0, 2);
    }
  }

  @Test
  void aSparseVectorLeavesNothingOfTheBatchBefore() {
    TensorRows rows = rows(TensorType.FLOAT32, -1L, 3L);
    rows.read(Vectors.dense(7, 8, 9));
    rows.add();
    rows.clear();
    rows.read(Vectors.sparse(3, new int[] {1}, new double[] {1}));
    rows.add();
    assertThat(Arrays.copyOf((float[]) rows.batch().values(), 3)).containsExactly(0, 1, 0);
  }

  @Test
  void oneUnknownAxisFollowsFromTheValues() {
    TensorRows rows = rows(TensorType.FLOAT64, -1L, -1L, 2L);
    rows.read(Vectors.dense(1, 2, 3, 4, 5, 6));
    rows.add();
    assertThat(rows.batch().shape()).containsExactly(1, 3, 2);
    rows.read(seq(seq(1, 2)));
    assertThat(rows.hasShapeOfBatch()).isFalse();
  }

  @Test
  void aMismatchNamesBothShapes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows(TensorType.FLOAT32, -1L, 784L).read(Vectors.zeros(783)))
        .withMessage(
            "column 'column' has a row of shape [783], but input 'x' FLOAT32 [any, 784] of the model takes rows of [784]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows(TensorType.FLOAT32, -1L, 2L, 2L).read(seq(seq(1, 2), seq(3))))
        .withMessageContaining("not equally long, with one of length 1 beside one of length 2");
  }

  @Test
  void whatIsNullOrNotFiniteCountsAsZeroAndIsTold() {
    TensorRows rows = rows(TensorType.FLOAT32, -1L, 3L);
    assertThat(rows.read(seq(1, null, 3))).isEqualTo(Content.INVALID);
    assertThat(rows.firstInvalid()).isEqualTo(1);
    rows.add();
    assertThat(rows.read(Vectors.dense(1, 2, 1e300))).isEqualTo(Content.INVALID);
    assertThat(rows.firstInvalid()).isEqualTo(2);
    rows.add();
    assertThat(rows.read(null)).isEqualTo(Content.NULL);
    rows.add();
    TensorBatch batch = rows.batch();
    assertThat(Arrays.copyOf((float[]) batch.values(), 9))
        .containsExactly(1, 0, 3, 1, 2, 0, 0, 0, 0);
  }

  @Test
  void whatATypeCannotHoldIsRefused() {
    refused(TensorType.INT64, 1.5, "1.5 cannot be INT64");
    refused(TensorType.INT8, 128, "128 cannot be INT8");
    refused(TensorType.UINT8, -1L, "-1 cannot be UINT8");
    refused(TensorType.BOOL, 2.0, "2.0 cannot be BOOL");
    refused(TensorType.INT64, new BigDecimal("1e30"), "cannot be INT64");
    refused(TensorType.INT64, 0x1p63, "cannot be INT64");
    refused(TensorType.STRING, 1, "1 cannot be STRING");
    refused(TensorType.FLOAT32, "one", "one cannot be FLOAT32");
  }

  private static void refused(TensorType type, Object value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows(type, -1L).read(value))
        .withMessageStartingWith("column 'column' has at place 0 a value that input 'x' " + type)
        .withMessageContaining(message);
  }

  @Test
  void wholeNumbersKeepEveryBit() {
    long exact = (1L << 60) + 1;
    TensorRows rows = rows(TensorType.INT64, -1L);
    rows.read(exact);
    rows.add();
    rows.read(BigDecimal.valueOf(exact));
    rows.add();
    assertThat(Arrays.copyOf((long[]) rows.batch().values(), 2)).containsExactly(exact, exact);
  }
}
