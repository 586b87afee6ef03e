// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
 */
public final class SparkSchemas {
  /** The key of a column's metadata that holds what DataVec knows of it. */
  public static final String METADATA_KEY = "datavec";

  private SparkSchemas() {}

  /**
   * The DataVec schema of these columns.
   *
   * @throws IllegalArgumentException when a column's type has no DataVec counterpart; the message
   *     lists all such columns
   */
  public static Schema toDataVec(StructType columns) {
    Objects.requireNonNull(columns, "columns");
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
    return new Schema(converted);
  }

  /**
   * The Spark columns of this schema, all of them nullable.
   *
   * @throws IllegalArgumentException when it is a sequence schema or names a column twice
   */
  public static StructType toSpark(Schema schema) {
    requireDistinctRecords(schema);
    List<StructField> fields = new ArrayList<>();
    for (ColumnMetaData column : schema.getColumnMetaData()) {
      fields.add(ColumnMetadata.toSpark(column));
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
        ColumnMetaData now = schema.getMetaData(i);
        boolean unchanged = ColumnMetadata.toDataVec(source).filter(now::equals).isPresent();
        fields[i] = unchanged ? source : fields[i];
      }
    }
    return new StructType(fields);
  }

  /** Whether values of this Spark type can be read as values of this DataVec column. */
  static boolean accepts(DataType type, ColumnMetaData column) {
    return InputColumn.find(type, column).isPresent();
  }

  private static void requireDistinctRecords(Schema schema) {
    Objects.requireNonNull(schema, "schema");
    if (schema instanceof SequenceSchema) {
      throw new IllegalArgumentException(
          "a sequence schema has no row form; convert from sequence first: "
              + schema.getColumnNames());
    }
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
