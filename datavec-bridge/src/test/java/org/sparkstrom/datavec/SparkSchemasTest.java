// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.metadata.BinaryMetaData;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.DoubleMetaData;
import org.datavec.api.transform.schema.Schema;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;

class SparkSchemasTest {
  private static final Schema EVERYTHING =
      new Schema.Builder()
          .addColumnInteger("int", -5, 5)
          .addColumnLong("long", Long.MIN_VALUE, null)
          .addColumnFloat("float", 0.1f, 3f, true, false)
          .addColumnDouble("double", -0.1, 1e300, false, true)
          .addColumnString("string", "[a-z]+", 1, 9)
          .addColumnCategorical("categorical", "b", "a", "ü\"x")
          .addColumnTime("time", DateTimeZone.forID("Asia/Tokyo"), 0L, 1L << 40)
          .addColumnBoolean("boolean")
          .addColumn(new BinaryMetaData("bytes"))
          .addColumnNDArray("array", new long[] {2, 3})
          .addColumnInteger("a.b[c] `d`")
          .build();

  private static final StructType SPARK =
      new StructType()
          .add("byte", DataTypes.ByteType, false)
          .add("short", DataTypes.ShortType)
          .add("int", DataTypes.IntegerType, false)
          .add("long", DataTypes.LongType)
          .add("float", DataTypes.FloatType)
          .add("double", DataTypes.DoubleType)
          .add("boolean", DataTypes.BooleanType)
          .add("string", DataTypes.StringType, true, note("kept"))
          .add("date", DataTypes.DateType, false)
          .add("timestamp", DataTypes.TimestampType)
          .add("ntz", DataTypes.TimestampNTZType)
          .add("decimal", DataTypes.createDecimalType(12, 2))
          .add("binary", DataTypes.BinaryType)
          .add("vector", SQLDataTypes.VectorType())
          .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("floats", DataTypes.createArrayType(DataTypes.FloatType));

  @Test
  void schemaToStructTypeToSchemaLosesNothing() {
    StructType spark = SparkSchemas.toSpark(EVERYTHING);

    assertThat(SparkSchemas.toDataVec(spark)).isEqualTo(EVERYTHING);
    StructType viaJson = (StructType) DataType.fromJson(spark.json());
    assertThat(SparkSchemas.toDataVec(viaJson)).isEqualTo(EVERYTHING);
  }

  @Test
  void floatingPointFlagsSurvive() {
    Schema read = SparkSchemas.toDataVec(SparkSchemas.toSpark(EVERYTHING));

    DoubleMetaData column = (DoubleMetaData) read.getMetaData("double");
    assertThat(column.isAllowNaN()).isFalse();
    assertThat(column.isAllowInfinite()).isTrue();
  }

  @Test
  void structTypeToSchemaToStructTypeLosesNothingWhenTheOriginalIsAtHand() {
    Schema schema = SparkSchemas.toDataVec(SPARK);

    assertThat(SparkSchemas.toSpark(schema, SPARK)).isEqualTo(SPARK);
  }

  @Test
  void aColumnThatChangedIsNotGivenItsOldTypeBack() {
    StructType original = new StructType().add("c", DataTypes.DateType, false);
    Schema changed = new Schema.Builder().addColumnLong("c").build();

    assertThat(SparkSchemas.toSpark(changed, original).apply("c").dataType())
        .isEqualTo(DataTypes.LongType);
  }

  @Test
  void eachSparkTypeHasItsDataVecType() {
    assertThat(SparkSchemas.toDataVec(SPARK).getColumnTypes())
        .containsExactly(
            ColumnType.Integer,
            ColumnType.Integer,
            ColumnType.Integer,
            ColumnType.Long,
            ColumnType.Float,
            ColumnType.Double,
            ColumnType.Boolean,
            ColumnType.String,
            ColumnType.Time,
            ColumnType.Time,
            ColumnType.Time,
            ColumnType.Double,
            ColumnType.Bytes,
            ColumnType.NDArray,
            ColumnType.NDArray,
            ColumnType.NDArray);
  }

  @Test
  void plainTypesGiveTheSchemaThatTheBuilderGives() {
    StructType plain =
        StructType.fromDDL("i INT, l BIGINT, f FLOAT, d DOUBLE, s STRING, b BOOLEAN");
    Schema expected =
        new Schema.Builder()
            .addColumnInteger("i")
            .addColumnLong("l")
            .addColumnFloat("f")
            .addColumnDouble("d")
            .addColumnString("s")
            .addColumnBoolean("b")
            .build();

    assertThat(SparkSchemas.toDataVec(plain)).isEqualTo(expected);
  }

  @Test
  void aRenamedColumnKeepsItsStatesAndACastOneIsReadByItsType() {
    StructType spark =
        SparkSchemas.toSpark(new Schema.Builder().addColumnCategorical("c", "x", "y").build());
    Metadata metadata = spark.apply("c").metadata();

    Schema renamed =
        SparkSchemas.toDataVec(new StructType().add("d", DataTypes.StringType, true, metadata));
    Schema cast =
        SparkSchemas.toDataVec(new StructType().add("c", DataTypes.DoubleType, true, metadata));

    assertThat(renamed.getMetaData("d")).isEqualTo(new CategoricalMetaData("d", List.of("x", "y")));
    assertThat(cast.getType("c")).isEqualTo(ColumnType.Double);
  }

  @Test
  void typesThatDataVecLacksAreAllNamed() {
    StructType nested = StructType.fromDDL("a INT, m MAP<STRING,INT>, s STRUCT<x: INT>");

    assertThatThrownBy(() -> SparkSchemas.toDataVec(nested))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'m' map<string,int>")
        .hasMessageContaining("'s' struct<x:int>")
        .hasMessageContaining("cast");
  }

  @Test
  void repeatedNamesAreRefused() {
    Schema twice = new Schema.Builder().addColumnInteger("a").addColumnLong("a").build();

    assertThatThrownBy(() -> SparkSchemas.toSpark(twice)).hasMessageContaining("'a' occurs twice");
  }

  private static Metadata note(String text) {
    return new MetadataBuilder().putString("note", text).build();
  }
}
