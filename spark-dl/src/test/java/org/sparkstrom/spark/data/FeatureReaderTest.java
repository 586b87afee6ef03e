// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

class FeatureReaderTest {

  private static final DataType VECTOR = SQLDataTypes.VectorType();
  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType);

  @Test
  void theSameValuesGiveTheSameFloatsHoweverTheyAreStored() {
    double[] values = {0.0, 0.1, -3.5, 0.0, 1e-30};
    Vector dense = Vectors.dense(values);
    Object array = JavaConverters.asScalaBuffer(Arrays.stream(values).boxed().toList()).toSeq();
    float[] expected = {0.0f, 0.1f, -3.5f, 0.0f, 1e-30f};
    assertThat(read(VECTOR, dense)).isEqualTo(expected);
    assertThat(read(VECTOR, dense.toSparse())).isEqualTo(expected);
    assertThat(read(DOUBLES, array)).isEqualTo(expected);
    assertThat(read(DataTypes.IntegerType, 3)).isEqualTo(new float[] {3f});
  }

  @Test
  void tellsTheFirstValueThatIsNotFiniteAsFloat32AndWritesZero() {
    float[] out = new float[3];
    FeatureReader reader = FeatureReader.of(schema(VECTOR), "features");
    assertThat(reader.read(RowFactory.create(Vectors.dense(1, Double.NaN, 1e300)), out, 0))
        .isEqualTo(1);
    assertThat(out).isEqualTo(new float[] {1f, 0f, 0f});
    Vector sparse = Vectors.sparse(3, new int[] {2}, new double[] {Double.POSITIVE_INFINITY});
    assertThat(reader.read(RowFactory.create(sparse), out, 0)).isEqualTo(2);
    assertThat(out).isEqualTo(new float[3]);
  }

  @Test
  void aNullIsToldFromAValue() {
    FeatureReader vectors = FeatureReader.of(schema(VECTOR), "features");
    assertThat(vectors.length(RowFactory.create((Object) null))).isEqualTo(FeatureReader.NULL);
    FeatureReader arrays = FeatureReader.of(schema(DOUBLES), "features");
    Object withNull =
        JavaConverters.asScalaBuffer(Collections.singletonList((Object) null)).toSeq();
    assertThat(arrays.read(RowFactory.create(withNull), new float[1], 0)).isZero();
  }

  @Test
  void aMissingColumnNamesThoseThatExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureReader.of(schema(VECTOR), "pixels"))
        .withMessageContaining("'pixels' does not exist")
        .withMessageContaining("[features]");
  }

  @Test
  void aColumnOfStringsIsRefusedWithItsType() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureReader.of(schema(DataTypes.StringType), "features"))
        .withMessageContaining("'features' must be a vector")
        .withMessageContaining("is string")
        .withMessageContaining("VectorAssembler");
  }

  private static StructType schema(DataType type) {
    return new StructType().add("features", type);
  }

  private static float[] read(DataType type, Object value) {
    FeatureReader reader = FeatureReader.of(schema(type), "features");
    Row row = RowFactory.create(value);
    float[] out = new float[reader.length(row)];
    assertThat(reader.read(row, out, 0)).isEqualTo(-1);
    return out;
  }
}
