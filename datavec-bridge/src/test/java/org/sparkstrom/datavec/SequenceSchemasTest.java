// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.BinaryMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;

/** Schemas and rows of sequences in both worlds. */
class SequenceSchemasTest {
  private static final SequenceSchema EVERYTHING =
      (SequenceSchema)
          new SequenceSchema.Builder()
              .minSequenceLength(2)
              .maxSequenceLength(40)
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

  @Test
  void sequenceSchemaToStructTypeToSequenceSchemaLosesNothing() {
    StructType spark = SparkSchemas.toSpark(EVERYTHING);

    assertThat(SparkSchemas.toDataVec(spark)).isEqualTo(EVERYTHING);
    assertThat(SparkSchemas.toSequences(spark)).isEqualTo(EVERYTHING);
    StructType viaJson = (StructType) DataType.fromJson(spark.json());
    assertThat(SparkSchemas.toDataVec(viaJson)).isEqualTo(EVERYTHING);
    SequenceSchema unbounded = new SequenceSchema(EVERYTHING.getColumnMetaData());
    assertThat(SparkSchemas.toDataVec(SparkSchemas.toSpark(unbounded))).isEqualTo(unbounded);
  }

  @Test
  void structTypeToSequenceSchemaToStructTypeLosesNothingWhenTheOriginalIsAtHand() {
    StructType spark =
        new StructType()
            .add("dates", DataTypes.createArrayType(DataTypes.DateType, false), false)
            .add("bytes", DataTypes.createArrayType(DataTypes.ByteType))
            .add("decimals", DataTypes.createArrayType(DataTypes.createDecimalType(9, 2)))
            .add("vectors", DataTypes.createArrayType(SQLDataTypes.VectorType()))
            .add(
                "doubles",
                DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)));
    SequenceSchema schema = SparkSchemas.toSequences(spark);

    assertThat(SparkSchemas.toSpark(schema, spark)).isEqualTo(spark);
    SequenceSchema longer = new SequenceSchema(schema.getColumnMetaData(), 1, null);
    assertThat(SparkSchemas.toSpark(longer, spark)).isEqualTo(SparkSchemas.toSpark(longer));
  }

  @Test
  void columnsThatAreNoSequencesAreNamed() {
    StructType mixed =
        SparkSchemas.toSpark(EVERYTHING).add("id", DataTypes.LongType).add("n", DataTypes.ByteType);

    assertThatThrownBy(() -> SparkSchemas.toDataVec(mixed))
        .hasMessageContaining("['id', 'n'] hold none");
    assertThatThrownBy(() -> SparkSchemas.toSequences(mixed))
        .hasMessageContaining("'id' bigint, 'n' tinyint");
    assertThatThrownBy(() -> SparkSchemas.toSequences(StructType.fromDDL("m ARRAY<MAP<INT, INT>>")))
        .hasMessageContaining("'m' map<int,int>");
  }

  @Test
  void aSequenceReadBackHasRecordsAsWideAsItsSchema() {
    List<List<List<Writable>>> sequences = SequenceCases.sequences(new Random(3), 20, 5);
    StructType columns = SparkSchemas.toSpark(SequenceCases.SCHEMA);
    SequenceConverter converter = new SequenceConverter(columns);
    assertThat(converter.schema()).isEqualTo(SequenceCases.SCHEMA);

    Dataset<Row> stored =
        TestSpark.frame(columns, sequences.stream().map(converter::toRow).toList());
    Dataset<Row> processed =
        DataVecTransform.of(
                new TransformProcess.Builder(SequenceCases.SCHEMA)
                    .categoricalToOneHot("state")
                    .removeColumns("f", "words")
                    .build())
            .withHandleInvalid(HandleInvalid.KEEP)
            .apply(stored);

    for (Dataset<Row> data : List.of(stored, processed)) {
      SequenceConverter back = new SequenceConverter(data.schema());
      for (Row row : data.collectAsList()) {
        for (List<Writable> record : back.toSequence(row)) {
          assertThat(record).hasSize(back.schema().numColumns());
        }
      }
    }
    SequenceConverter back = new SequenceConverter(stored.schema());
    assertThat(stored.collectAsList().stream().map(back::toSequence).toList()).isEqualTo(sequences);
  }

  @Test
  void aConverterRefusesWhatDoesNotFit() {
    StructType columns = StructType.fromDDL("a ARRAY<INT>, b ARRAY<INT>");
    SequenceConverter converter = new SequenceConverter(columns);

    assertThatThrownBy(
            () ->
                converter.toSequence(
                    TestSpark.frame(
                            columns, RowFactory.create(new Integer[] {1}, new Integer[] {1, 2}))
                        .first()))
        .hasMessageContaining("column 'b'")
        .hasMessageContaining("2 here and 1 in column 'a'");
    assertThatThrownBy(() -> converter.toSequence(RowFactory.create(1)))
        .hasMessageContaining("expected 2 values [a, b], got 1");
    assertThatThrownBy(
            () ->
                converter.toRow(
                    List.of(
                        Arrays.asList(
                            new org.datavec.api.writable.IntWritable(1),
                            new org.datavec.api.writable.Text("x")))))
        .hasMessageContaining("column 'b', time step 1");
    assertThatThrownBy(
            () ->
                new SequenceConverter(
                    StructType.fromDDL("a INT"),
                    new SequenceSchema(List.of(new IntegerMetaData("a"))),
                    TimeClasses.JAVA_SQL))
        .hasMessageContaining("must have an array for each of the columns [a]");
  }

  @Test
  void timesOfManyTypesAreReadAsTheProcessWants() {
    StructType columns =
        StructType.fromDDL(
            "t ARRAY<TIMESTAMP>, d ARRAY<DATE>, m ARRAY<BIGINT>, x ARRAY<DECIMAL(5,1)>");
    Dataset<Row> data =
        TestSpark.frame(
            columns,
            RowFactory.create(
                new Timestamp[] {new Timestamp(-1), null},
                new java.sql.Date[] {java.sql.Date.valueOf("1950-02-03"), null},
                new Long[] {5L, null},
                new java.math.BigDecimal[] {new java.math.BigDecimal("1.1"), null}));
    Schema read =
        new Schema.Builder()
            .addColumnTime("t", DateTimeZone.UTC)
            .addColumnTime("d", DateTimeZone.UTC)
            .addColumnTime("m", DateTimeZone.UTC)
            .addColumnDouble("x")
            .build();
    TransformProcess process =
        new TransformProcess.Builder(new SequenceSchema(read.getColumnMetaData()))
            .trimSequenceToLength(1)
            .build();

    List<Row> plain = DataVecTransform.of(process).apply(data).collectAsList();

    assertThat(plain.get(0).<Timestamp>getList(0)).containsExactly(new Timestamp(-1));
    assertThat(plain.get(0).<Timestamp>getList(1).get(0).toInstant())
        .hasToString("1950-02-03T00:00:00Z");
    assertThat(plain.get(0).<Timestamp>getList(2)).containsExactly(new Timestamp(5));
    assertThat(plain.get(0).<Double>getList(3)).containsExactly(1.1);
  }

  @Test
  void aGroupingOfWhatWasReadKeepsTheMetadataOfColumns() {
    Schema rows = new Schema(SequenceCases.SCHEMA.getColumnMetaData());
    TransformProcess process =
        new TransformProcess.Builder(rows)
            .convertToSequence("state", new NumericalColumnComparator("t"))
            .build();

    StructType result =
        DataVecTransform.of(process).apply(TestSpark.frame(SparkSchemas.toSpark(rows))).schema();

    StructType sequences = new StructType(Arrays.copyOf(result.fields(), rows.numColumns()));
    assertThat(SparkSchemas.toDataVec(sequences)).isEqualTo(process.getFinalSchema());
    StructType key = new StructType().add(result.apply("key_state"));
    assertThat(SparkSchemas.toDataVec(key).getMetaData(0).toString()).contains("\"a\"");
  }
}
