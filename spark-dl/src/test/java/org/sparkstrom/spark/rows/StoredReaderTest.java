// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.TensorReader;
import org.sparkstrom.spark.network.NetworkInput.Form;

/** Every way to store features is read as {@link TensorReader} reads the row as an object. */
class StoredReaderTest {

  private static final int ROWS = 60;

  @SuppressWarnings("ImmutableEnumChecker") // Spark's types are immutable, but do not say so
  private enum Stored {
    VECTOR(Form.FLAT, SQLDataTypes.VectorType()),
    DOUBLES(Form.FLAT, DataTypes.createArrayType(DataTypes.DoubleType)),
    FLOATS(Form.FLAT, DataTypes.createArrayType(DataTypes.FloatType)),
    WHOLE(Form.FLAT, DataTypes.createArrayType(DataTypes.LongType)),
    NUMBER(Form.FLAT, DataTypes.DoubleType),
    IMAGE_AS_VECTOR(Form.IMAGE, SQLDataTypes.VectorType()),
    STEPS(Form.SEQUENCE, DataTypes.createArrayType(DataTypes.DoubleType)),
    STEPS_OF_VECTORS(Form.SEQUENCE, DataTypes.createArrayType(SQLDataTypes.VectorType()));

    private final Form form;
    private final DataType type;

    Stored(Form form, DataType type) {
      this.form = form;
      this.type = type;
    }
  }

  /** What a reader finds in a row, as text: content, shape and bits. */
  private static String found(Cell.Content content, Cell cell) {
    boolean valued = content == Cell.Content.VALUES || content == Cell.Content.NOT_FINITE;
    if (!valued) {
      return content.toString();
    }
    int[] bits = new int[cell.count()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(cell.values()[i]);
    }
    return "%s %d %s %d %s"
        .formatted(
            content,
            cell.steps(),
            Arrays.toString(cell.shape()),
            cell.firstInvalid(),
            Arrays.toString(bits));
  }

  private record Tell() implements RowsFunction {
    @Override
    public Iterator<AppendedRow> call(PartitionRows rows) {
      Cell cell = new Cell();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public AppendedRow next() {
          rows.clear();
          rows.next();
          rows.hold();
          return rows.append(0, new Object[] {found(rows.read(0, cell), cell)});
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatTheRowAsAnObjectHolds(Stored stored) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    StructType schema = new StructType().add("id", "int").add("x", stored.type);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(i, i % 11 == 5 ? null : value(stored, random)));
    }
    Dataset<Row> data = SparkTests.session().createDataFrame(rows, schema).coalesce(1);
    List<Row> actual =
        StoredRows.append(
                data,
                List.of(StoredReader.of(schema, "features", "x", stored.form)),
                List.of(DataTypes.createStructField("found", DataTypes.StringType, false)),
                new Tell())
            .collectAsList();
    TensorReader reader = TensorReader.of(schema, "features", "x", stored.form);
    Cell cell = new Cell();
    for (Row row : actual) {
      assertThat(row.getString(2))
          .as("seed %d, row %s", seed, row.get(0))
          .isEqualTo(found(reader.read(row, cell), cell));
    }
    assertThat(actual).hasSize(ROWS);
  }

  private static Object value(Stored stored, Random random) {
    int length = random.nextInt(6);
    return switch (stored) {
      case VECTOR, IMAGE_AS_VECTOR -> vector(random, length);
      case DOUBLES, STEPS -> numbers(random, length).toArray(Double[]::new);
      case FLOATS ->
          numbers(random, length).stream()
              .map(value -> value == null ? null : Float.valueOf(value.floatValue()))
              .toArray(Float[]::new);
      case WHOLE -> random.longs(length).boxed().toArray(Long[]::new);
      case NUMBER -> number(random);
      case STEPS_OF_VECTORS ->
          numbers(random, length).stream().map(value -> vector(random, 2)).toArray();
    };
  }

  private static Object vector(Random random, int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(3) == 0 ? 0 : number(random);
    }
    return random.nextBoolean() ? Vectors.dense(values) : Vectors.dense(values).toSparse();
  }

  private static List<Double> numbers(Random random, int length) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      numbers.add(random.nextInt(9) == 0 ? null : number(random));
    }
    return numbers;
  }

  private static double number(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> 1e300; // finite, but not as float32
      case 3 -> -0.0;
      default -> random.nextGaussian();
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"FLAT", "SEQUENCE", "IMAGE"})
  void aColumnThatCannotHoldFeaturesIsRefused(Form form) {
    StructType schema = new StructType().add("x", "string");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredReader.of(schema, "features", "x", form))
        .withMessageContaining("features column 'x' must be");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredReader.of(schema, "features", "y", form))
        .withMessageContaining("features column 'y' does not exist; the columns are [x]");
  }
}
