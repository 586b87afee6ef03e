// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;

class RowConverterTest {
  private static final StructType COLUMNS =
      StructType.fromDDL(
              "by TINYINT, sh SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, b BOOLEAN, s STRING,"
                  + " dt DATE, ts TIMESTAMP, ntz TIMESTAMP_NTZ, dec DECIMAL(12,2), bin BINARY")
          .add("v", SQLDataTypes.VectorType());

  @Test
  void rowsComeBackAsTheyWere() {
    Row row =
        RowFactory.create(
            (byte) -7,
            (short) 300,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Float.MIN_VALUE,
            -0.1,
            true,
            "Braund, \"Mr.\" Ōwen\n",
            Date.valueOf("1969-12-31"),
            Timestamp.valueOf("2026-03-01 12:13:14.567"),
            LocalDateTime.parse("2026-03-29T02:30:00.001"),
            new BigDecimal("1234567890.12"),
            new byte[] {0, -1},
            Vectors.dense(1.5, -2, 0.1));
    RowConverter converter = new RowConverter(COLUMNS);

    Row back = converter.toRow(converter.toRecord(row));

    assertThat(back).usingRecursiveComparison().isEqualTo(row);
  }

  @Test
  void nullsAreNullWritablesBothWays() {
    RowConverter converter = new RowConverter(COLUMNS);
    Row nulls = RowFactory.create(new Object[COLUMNS.size()]);

    List<Writable> record = converter.toRecord(nulls);

    assertThat(record).hasSize(COLUMNS.size()).containsOnly(NullWritable.INSTANCE);
    assertThat(converter.toRow(record)).isEqualTo(nulls);
  }

  @Test
  void javaTimeValuesAreReadAndWritten() {
    StructType columns = StructType.fromDDL("d DATE, t TIMESTAMP");
    RowConverter converter =
        new RowConverter(columns, SparkSchemas.toDataVec(columns), TimeClasses.JAVA_TIME);
    Row row =
        RowFactory.create(LocalDate.parse("1901-01-02"), Instant.parse("1960-01-01T00:00:00.5Z"));

    assertThat(converter.toRow(converter.toRecord(row))).isEqualTo(row);
  }

  @Test
  void aSparseVectorIsReadInTheSchemasShape() {
    StructType columns = new StructType().add("v", SQLDataTypes.VectorType());
    Schema square = new Schema.Builder().addColumnNDArray("v", new long[] {2, 2}).build();
    RowConverter converter = new RowConverter(columns, square, TimeClasses.JAVA_SQL);
    Row row = RowFactory.create(Vectors.sparse(4, new int[] {1, 2}, new double[] {5, 7}));

    NDArrayWritable array = (NDArrayWritable) converter.toRecord(row).get(0);

    assertThat(array.get().shape()).containsExactly(2, 2);
    assertThat(array.get().getDouble(0, 1)).isEqualTo(5);
    assertThat(array.get().getDouble(1, 0)).isEqualTo(7);
    assertThatThrownBy(() -> converter.toRecord(RowFactory.create(Vectors.dense(1, 2, 3))))
        .hasMessageContaining("column 'v'")
        .hasMessageContaining("[2, 2]")
        .hasMessageContaining("3 entries");
  }

  @Test
  void aValueThatTheTypeCannotHoldIsRefusedByName() {
    RowConverter converter = new RowConverter(StructType.fromDDL("n INT"));

    assertThat(converter.toRow(List.of(new DoubleWritable(3.0))).get(0)).isEqualTo(3);
    assertThat(converter.toRow(List.of(new Text("12"))).get(0)).isEqualTo(12);
    for (Writable bad :
        List.of(new DoubleWritable(1.5), new LongWritable(1L << 40), new Text("12 kg"))) {
      assertThatThrownBy(() -> converter.toRow(List.of(bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("column 'n' int cannot hold the value " + bad);
    }
  }

  @Test
  void aTypeConflictNamesColumnTypesAndRemedy() {
    StructType columns = new StructType().add("n", DataTypes.LongType);
    Schema schema = new Schema.Builder().addColumnInteger("n").build();

    assertThatThrownBy(() -> new RowConverter(columns, schema, TimeClasses.JAVA_SQL))
        .hasMessageContaining("column 'n' is bigint, which cannot be read as DataVec Integer")
        .hasMessageContaining("cast it to int");
  }
}
