// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.network.NetworkInput.Form;

class TensorReaderTest {

  private static final DataType NESTED = DataTypes.createArrayType(DataTests.DOUBLES);
  private static final DataType VECTORS = DataTypes.createArrayType(SQLDataTypes.VectorType());
  private static final DataType IMAGES = DataTypes.createArrayType(NESTED);

  private final Cell cell = new Cell();

  @Test
  void theSameSequenceGivesTheSameFloatsHoweverItIsStored() {
    Object arrays = DataTests.array(DataTests.array(1.0, 0.1), DataTests.array(0.0, -2.0));
    Object vectors =
        DataTests.array(Vectors.dense(1, 0.1), Vectors.sparse(2, new int[] {1}, new double[] {-2}));
    for (Object value : new Object[] {arrays, vectors}) {
      DataType type = value == arrays ? NESTED : VECTORS;
      assertThat(read(type, Form.SEQUENCE, value)).isEqualTo(Cell.Content.VALUES);
      assertThat(cell.steps()).isEqualTo(2);
      assertThat(cell.shape()).containsExactly(2);
      assertThat(values()).containsExactly(1f, 0.1f, 0f, -2f);
    }
    assertThat(read(DataTests.DOUBLES, Form.SEQUENCE, DataTests.array(3.0, 4.0, 5.0)))
        .isEqualTo(Cell.Content.VALUES);
    assertThat(cell.steps()).isEqualTo(3);
    assertThat(cell.shape()).containsExactly(1);
    assertThat(values()).containsExactly(3f, 4f, 5f);
  }

  @Test
  void anImageIsReadFlatOrNested() {
    Object nested =
        DataTests.array(
            DataTests.array(DataTests.array(1.0, 2.0, 3.0), DataTests.array(4.0, 5.0, 6.0)));
    assertThat(read(IMAGES, Form.IMAGE, nested)).isEqualTo(Cell.Content.VALUES);
    assertThat(cell.shape()).containsExactly(1, 2, 3);
    assertThat(values()).containsExactly(1f, 2f, 3f, 4f, 5f, 6f);
    assertThat(read(SQLDataTypes.VectorType(), Form.IMAGE, Vectors.dense(1, 2, 3, 4, 5, 6)))
        .isEqualTo(Cell.Content.VALUES);
    assertThat(cell.shape()).containsExactly(6);
    assertThat(values()).containsExactly(1f, 2f, 3f, 4f, 5f, 6f);
  }

  @Test
  void tellsWhatIsWrongWithNestedArrays() {
    assertThat(read(NESTED, Form.SEQUENCE, null)).isEqualTo(Cell.Content.NULL);
    assertThat(read(NESTED, Form.SEQUENCE, DataTests.array(DataTests.array(1.0), null)))
        .isEqualTo(Cell.Content.NULL);
    assertThat(read(NESTED, Form.SEQUENCE, DataTests.array())).isEqualTo(Cell.Content.EMPTY);
    assertThat(read(NESTED, Form.SEQUENCE, DataTests.array(DataTests.array())))
        .isEqualTo(Cell.Content.EMPTY);
    Object ragged = DataTests.array(DataTests.array(1.0), DataTests.array(1.0, 2.0));
    assertThat(read(NESTED, Form.SEQUENCE, ragged)).isEqualTo(Cell.Content.RAGGED);
    assertThat(read(IMAGES, Form.IMAGE, DataTests.array(ragged))).isEqualTo(Cell.Content.RAGGED);
    Object withNan = DataTests.array(DataTests.array(1.0, 2.0), DataTests.array(3.0, Double.NaN));
    assertThat(read(NESTED, Form.SEQUENCE, withNan)).isEqualTo(Cell.Content.NOT_FINITE);
    assertThat(cell.firstInvalid()).isEqualTo(3);
    assertThat(values()).containsExactly(1f, 2f, 3f, 0f);
  }

  @Test
  void refusesColumnsThatCannotHoldTheForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader(SQLDataTypes.VectorType(), Form.SEQUENCE))
        .withMessageContaining("features column 'x' must be an array with an element for each step")
        .withMessageContaining("is struct<type:tinyint");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader(NESTED, Form.IMAGE))
        .withMessageContaining("[channel][row][column]")
        .withMessageContaining("is array<array<double>>");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader(NESTED, Form.FLAT))
        .withMessageContaining("must be a vector, an array of numbers or a number")
        .withMessageContaining("is array<array<double>>");
  }

  private float[] values() {
    return Arrays.copyOf(cell.values(), cell.count());
  }

  private Cell.Content read(DataType type, Form form, Object value) {
    return reader(type, form).read(RowFactory.create(value), cell);
  }

  private static TensorReader reader(DataType type, Form form) {
    return TensorReader.of(new StructType().add("x", type), "features", "x", form);
  }
}
