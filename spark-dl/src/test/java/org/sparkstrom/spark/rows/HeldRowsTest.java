// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

class HeldRowsTest {

  private final UnsafeProjection projection =
      UnsafeProjection.create(new DataType[] {DataTypes.IntegerType, DataTypes.BinaryType});

  @Test
  void rowsOfAnySizeAreHeldBatchAfterBatch() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    HeldRows held = new HeldRows();
    UnsafeRow view = new UnsafeRow(2);
    for (int batch = 0; batch < 20; batch++) {
      held.clear();
      assertThat(held.size()).isZero();
      List<UnsafeRow> expected = new ArrayList<>();
      int count = random.nextInt(200);
      for (int i = 0; i < count; i++) {
        UnsafeRow row = row(i, new byte[random.nextInt(random.nextInt(40) == 0 ? 1 << 20 : 9_000)]);
        expected.add(row.copy());
        held.add(row);
      }
      assertThat(held.size()).isEqualTo(count);
      for (int i = count - 1; i >= 0; i--) {
        held.get(i, view);
        assertThat(view.equals(expected.get(i))).as("seed %d, batch %d", seed, batch).isTrue();
      }
    }
  }

  @Test
  void aViewOfAnotherWidthIsRefused() {
    HeldRows held = new HeldRows();
    held.add(row(1, new byte[3]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> held.get(0, new UnsafeRow(3)))
        .withMessage("the view must have 2 fields, but has 3");
  }

  private UnsafeRow row(int id, byte[] bytes) {
    InternalRow row = new GenericInternalRow(new Object[] {id, bytes});
    return projection.apply(row);
  }
}
