// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.join.Join;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;

/**
 * A DataVec {@link Join} as a function over two DataFrames: a join of Spark SQL with DataVec's
 * columns, so that what a process starts with can be put together by the same description.
 *
 * <p>The result has the left schema's columns, then the right schema's without its key columns, and
 * no others of the DataFrames. Where only the right side has a row, the left key columns hold its
 * keys, each its own. Two keys match when all their columns are equal; a null equals a null, as in
 * DataVec, so rows without a key are best filtered out before; NaN equals NaN, and the two zeros
 * each other.
 *
 * <p>It is lazy, and runs on streams where Spark joins streams so. Immutable and thread-safe.
 */
public final class DataVecJoin {
  private final Join join;

  private DataVecJoin(Join join) {
    this.join = join;
  }

  /**
   * The join of this description.
   *
   * @throws IllegalArgumentException when a side has sequences, the sides have different numbers of
   *     key columns, keys of different types or NDArrays as keys, or the result would name a column
   *     twice
   */
  public static DataVecJoin of(Join join) {
    Objects.requireNonNull(join, "join");
    for (Schema side : List.of(join.getLeftSchema(), join.getRightSchema())) {
      if (side instanceof SequenceSchema) {
        throw new IllegalArgumentException(
            "a DataVecJoin joins rows, but the side with the columns "
                + side.getColumnNames()
                + " has sequences; join these DataFrames by their key_NAME columns with Spark's join,"
                + " or convert the sequences to rows before it");
      }
    }
    String[] left = join.getJoinColumnsLeft();
    String[] right = join.getJoinColumnsRight();
    if (left.length != right.length) {
      throw new IllegalArgumentException(
          "a join needs as many key columns on the left as on the right, but has "
              + Arrays.toString(left)
              + " and "
              + Arrays.toString(right));
    }
    for (int i = 0; i < left.length; i++) {
      requireComparable(
          join.getLeftSchema().getMetaData(left[i]), join.getRightSchema().getMetaData(right[i]));
    }
    SparkSchemas.toSpark(join.getOutputSchema());
    return new DataVecJoin(join);
  }

  private static void requireComparable(ColumnMetaData left, ColumnMetaData right) {
    Optional<ValueKind> kind = ValueKind.of(left.getColumnType());
    if (kind.isEmpty() || !kind.equals(ValueKind.of(right.getColumnType()))) {
      throw new IllegalArgumentException(
          "key columns must hold values of one type, which NDArrays are not, but '"
              + left.getName()
              + "' is "
              + left.getColumnType()
              + " and '"
              + right.getName()
              + "' is "
              + right.getColumnType()
              + "; convert one of them in a TransformProcess before the join");
    }
  }

  /** The columns of the result. */
  public Schema outputSchema() {
    return join.getOutputSchema();
  }

  /**
   * The columns of the result for DataFrames with these columns.
   *
   * @throws IllegalArgumentException when one lacks columns of its schema, or has them in a type
   *     that cannot be read as theirs; the message lists all such columns
   */
  public StructType outputSchema(StructType left, StructType right) {
    bind(join.getLeftSchema(), left, "left");
    bind(join.getRightSchema(), right, "right");
    return SparkSchemas.toSpark(join.getOutputSchema());
  }

  /**
   * The joined DataFrame, lazily.
   *
   * @throws IllegalArgumentException as {@link #outputSchema(StructType, StructType)}
   */
  public Dataset<Row> apply(Dataset<?> left, Dataset<?> right) {
    Dataset<Row> leftRows = left.toDF();
    StructType output = outputSchema(leftRows.schema(), right.schema());
    return PlainSql.in(
        leftRows.sparkSession(), () -> joined(leftRows, right.toDF(), output.fields()));
  }

  private Dataset<Row> joined(Dataset<Row> left, Dataset<Row> right, StructField[] output) {
    Schema leftSchema = join.getLeftSchema();
    Schema rightSchema = join.getRightSchema();
    List<String> leftKeys = List.of(join.getJoinColumnsLeft());
    List<String> rightKeys = List.of(join.getJoinColumnsRight());
    Dataset<Row> leftSide = side(left, leftSchema, "left", "l");
    Dataset<Row> rightSide = side(right, rightSchema, "right", "r");
    Column matches = lit(true);
    for (int i = 0; i < leftKeys.size(); i++) {
      Column leftKey = col("l" + leftSchema.getIndexOfColumn(leftKeys.get(i)));
      Column rightKey = col("r" + rightSchema.getIndexOfColumn(rightKeys.get(i)));
      matches = i == 0 ? leftKey.eqNullSafe(rightKey) : matches.and(leftKey.eqNullSafe(rightKey));
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < leftSchema.numColumns(); i++) {
      Column value = col("l" + i);
      int key = leftKeys.indexOf(leftSchema.getName(i));
      if (key >= 0) {
        int place = rightSchema.getIndexOfColumn(rightKeys.get(key));
        value = when(col("l").isNull(), col("r" + place)).otherwise(value);
      }
      columns.add(written(value, leftSchema.getMetaData(i), output[columns.size()]));
    }
    for (int i = 0; i < rightSchema.numColumns(); i++) {
      if (!rightKeys.contains(rightSchema.getName(i))) {
        columns.add(written(col("r" + i), rightSchema.getMetaData(i), output[columns.size()]));
      }
    }
    return leftSide.join(rightSide, matches, sparkType()).select(columns.toArray(Column[]::new));
  }

  private String sparkType() {
    return switch (join.getJoinType()) {
      case Inner -> "inner";
      case LeftOuter -> "left_outer";
      case RightOuter -> "right_outer";
      case FullOuter -> "full_outer";
    };
  }

  /** The stored columns of one side, by their places, and a mark that the side has a row. */
  private static Dataset<Row> side(Dataset<Row> data, Schema schema, String name, String prefix) {
    StructField[] fields = data.schema().fields();
    InputBinding binding = bind(schema, data.schema(), name);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.numColumns(); i++) {
      int place = binding.bound().get(i);
      Column value = col("i" + place);
      Column stored =
          fields[place].dataType() instanceof ArrayType
              ? when(value.isNotNull(), functions.array_to_vector(value.cast("array<double>")))
              : StoredColumns.read(value, fields[place].dataType(), schema.getMetaData(i));
      columns.add(stored.as(prefix + i));
    }
    columns.add(lit(true).as(prefix));
    return data.toDF(CompiledRun.names("i", fields.length).toArray(String[]::new))
        .select(columns.toArray(Column[]::new));
  }

  private static Column written(Column stored, ColumnMetaData column, StructField field) {
    return CompiledRun.finished(stored, column).as(field.name(), field.metadata());
  }

  private static InputBinding bind(Schema schema, StructType columns, String side) {
    try {
      return InputBinding.of(schema, schema, columns, Optional.of(new StructType()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the " + side + " side of the join: " + e.getMessage(), e);
    }
  }
}
