// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;

/**
 * The translation between Spark's {@link StructType} and DataVec's {@link Schema}.
 *
 * <table>
 * <caption>Types</caption>
 * <tr><th>Spark</th><th>DataVec</th><th>back in Spark</th></tr>
 * <tr><td>byte, short, int</td><td>Integer</td><td>int</td></tr>
 * <tr><td>long</td><td>Long</td><td>long</td></tr>
 * <tr><td>float</td><td>Float</td><td>float</td></tr>
 * <tr><td>double, decimal (nearest double)</td><td>Double</td><td>double</td></tr>
 * <tr><td>boolean</td><td>Boolean</td><td>boolean</td></tr>
 * <tr><td>string</td><td>String; Categorical where the metadata lists states</td><td>string</td></tr>
 * <tr><td>timestamp, timestamp_ntz, date</td><td>Time (epoch milliseconds)</td><td>timestamp</td></tr>
 * <tr><td>binary</td><td>Bytes</td><td>binary</td></tr>
 * <tr><td>ml Vector, array of double or float</td><td>NDArray</td><td>ml Vector</td></tr>
 * </table>
 *
 * <p>All that a DataVec column knows beyond its type (states, time zone, ranges, shape, pattern)
 * stands in the Spark column's metadata under {@link #METADATA_KEY}, so Schema to StructType to
 * Schema loses nothing. A Schema has no room for nullability, for foreign metadata, or for the
 * difference between, say, date and timestamp: {@link #toSpark(Schema, StructType)} takes those
 * from the StructType that the Schema came from, so that StructType to Schema to StructType loses
 * nothing either. Time is in milliseconds: microseconds are cut off. A time column without a zone
 * in its metadata is in UTC, whatever the JVM's or the session's zone; timestamp_ntz and date are
 * read as UTC.
 *
 * <p>A {@link SequenceSchema} is a row for each sequence: every column is an array with an element
 * for each time step, of the type that the table gives, and its metadata also has the least and the
 * greatest length of a sequence. Arrays that Spark collected, which have no such metadata, are read
 * by {@link #toSequences}.
 */
public final class SparkSchemas {
  /** The key of a column's metadata that holds what DataVec knows of it. */
  public static final String METADATA_KEY = "datavec";

  private SparkSchemas() {}

  /**
   * The DataVec schema of these columns: a {@link SequenceSchema} when they are those that {@link
   * #toSpark(Schema)} gives for one.
   *
   * @throws IllegalArgumentException when a column's type has no DataVec counterpart, or only some
   *     columns hold sequences; the message lists all such columns
   */
  public static Schema toDataVec(StructType columns) {
    Objects.requireNonNull(columns, "columns");
    List<StructField> fields = Arrays.asList(columns.fields());
    List<StructField> plain = fields.stream().filter(f -> !ColumnMetadata.isSequence(f)).toList();
    if (!fields.isEmpty() && plain.isEmpty()) {
      return toSequences(columns);
    }
    if (plain.size() < fields.size()) {
      throw new IllegalArgumentException(
          "either all columns of a schema hold sequences, or none, but "
              + plain.stream().map(f -> "'" + f.name() + "'").toList()
              + " hold none; select the others first");
    }
    return new Schema(converted(columns));
  }

  /**
   * The DataVec schema of array columns that hold sequences, an element for each time step. The
   * arrays of a row are equally long in data that fits it.
   *
   * @throws IllegalArgumentException when a column is no array, or the type of its elements has no
   *     DataVec counterpart; the message lists all such columns
   */
  public static SequenceSchema toSequences(StructType columns) {
    Objects.requireNonNull(columns, "columns");
    List<String> refused = new ArrayList<>();
    StructType steps = new StructType();
    for (StructField field : columns.fields()) {
      if (field.dataType() instanceof ArrayType) {
        steps = steps.add(ColumnMetadata.step(field));
      } else {
        refused.add("'" + field.name() + "' " + field.dataType().catalogString());
      }
    }
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          "columns of sequences must be arrays with an element for each time step, but are not: "
              + String.join(", ", refused)
              + "; collect the steps first (collect_list), or drop these columns");
    }
    StructField[] fields = columns.fields();
    return new SequenceSchema(
        converted(steps),
        fields.length == 0 ? null : ColumnMetadata.minLength(fields[0]),
        fields.length == 0 ? null : ColumnMetadata.maxLength(fields[0]));
  }

  private static List<ColumnMetaData> converted(StructType columns) {
    List<ColumnMetaData> converted = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (StructField field : columns.fields()) {
      ColumnMetadata.toDataVec(field)
          .ifPresentOrElse(
              converted::add,
              () -> refused.add("'" + field.name() + "' " + field.dataType().catalogString()));
    }
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          "DataVec has no column type for "
              + String.join(", ", refused)
              + "; drop these columns, or cast them to a number, string, boolean, timestamp,"
              + " binary, ml Vector or array<double> first");
    }
    return converted;
  }

  /**
   * The Spark columns of this schema, all of them nullable; arrays for a {@link SequenceSchema}.
   *
   * @throws IllegalArgumentException when it names a column twice
   */
  public static StructType toSpark(Schema schema) {
    requireDistinctNames(schema);
    List<StructField> fields = new ArrayList<>();
    for (ColumnMetaData column : schema.getColumnMetaData()) {
      fields.add(
          schema instanceof SequenceSchema sequences
              ? ColumnMetadata.toSpark(column, sequences)
              : ColumnMetadata.toSpark(column));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  /**
   * The Spark columns of a schema that was derived from {@code original}: a column that is still
   * what {@link #toDataVec} made of the original column of its name gets that column back, with its
   * exact type, nullability and metadata.
   */
  public static StructType toSpark(Schema schema, StructType original) {
    StructField[] fields = toSpark(schema).fields();
    Set<String> known = Set.of(original.fieldNames());
    for (int i = 0; i < fields.length; i++) {
      if (known.contains(fields[i].name())) {
        StructField source = original.apply(fields[i].name());
        fields[i] = isStill(source, schema, i) ? source : fields[i];
      }
    }
    return new StructType(fields);
  }

  /** Whether a schema's column is what a Spark column translates to. */
  private static boolean isStill(StructField source, Schema schema, int column) {
    ColumnMetaData now = schema.getMetaData(column);
    if (!(schema instanceof SequenceSchema sequences)) {
      return ColumnMetadata.toDataVec(source).filter(now::equals).isPresent();
    }
    return source.dataType() instanceof ArrayType
        && ColumnMetadata.toDataVec(ColumnMetadata.step(source)).filter(now::equals).isPresent()
        && Objects.equals(ColumnMetadata.minLength(source), sequences.getMinSequenceLength())
        && Objects.equals(ColumnMetadata.maxLength(source), sequences.getMaxSequenceLength());
  }

  /** Whether values of this Spark type can be read as values of this DataVec column. */
  static boolean accepts(DataType type, ColumnMetaData column) {
    return InputColumn.find(type, column).isPresent();
  }

  private static void requireDistinctNames(Schema schema) {
    Objects.requireNonNull(schema, "schema");
    Set<String> names = new HashSet<>();
    for (String name : schema.getColumnNames()) {
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "column names must be distinct, but '"
                + name
                + "' occurs twice in "
                + schema.getColumnNames()
                + "; rename one of them in the TransformProcess");
      }
    }
  }
}
