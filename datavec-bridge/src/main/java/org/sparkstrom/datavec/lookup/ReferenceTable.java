// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.lookup;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ModelTable;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * A table as a {@link TableLookup} takes it along: the columns k0, k1, ... are what is equal of
 * keys that match, v0, v1, ... all other columns.
 *
 * @param values the other columns' names
 */
record ReferenceTable(ModelTable table, List<String> values) {
  private static final String KEY = "k";

  static String key(int i) {
    return KEY + i;
  }

  static String value(int i) {
    return "v" + i;
  }

  static int keyCount(ModelTable table) {
    return (int) Arrays.stream(table.type().fieldNames()).filter(n -> n.startsWith(KEY)).count();
  }

  /**
   * Reads a table by a job.
   *
   * @throws IllegalArgumentException as {@link TableLookup#exact}
   */
  static ReferenceTable read(String uid, Dataset<?> data, KeyMatch match, String[] keys) {
    StageSchema.requireBatch(uid, data);
    StageSchema schema = new StageSchema(uid, data.schema());
    Dataset<Row> apart = MadeColumn.apart(data.toDF());
    List<Column> columns = new ArrayList<>();
    Set<Integer> places = new HashSet<>();
    for (String name : keys) {
      int place = schema.place("key", name);
      DataType type = schema.field("key", name).dataType();
      columns.add(match.of(MadeColumn.at(apart, place), type).as(key(columns.size())));
      places.add(place);
    }
    List<String> values = new ArrayList<>();
    StructField[] fields = data.schema().fields();
    for (int place = 0; place < fields.length; place++) {
      if (!places.contains(place)) {
        columns.add(MadeColumn.at(apart, place).as(value(values.size()), fields[place].metadata()));
        values.add(fields[place].name());
      }
    }
    if (places.isEmpty() || places.size() < keys.length || values.isEmpty()) {
      throw new IllegalArgumentException(
          uid
              + ": a table must have keys, each named once, and other columns, but its keys are "
              + Arrays.toString(keys)
              + " of "
              + Arrays.toString(data.schema().fieldNames()));
    }
    ModelTable table = ModelTable.of(apart.select(columns.toArray(Column[]::new)));
    requireKeys(uid, table, keys.length);
    return new ReferenceTable(table, values);
  }

  /** The value, such that equal ones are those that Spark's joins take for equal. */
  private static Object asSparkMatches(Object value) {
    if (value instanceof Double number && number == 0) {
      return 0.0;
    } else if (value instanceof Float number && number == 0) {
      return 0f;
    }
    return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
  }

  private static void requireKeys(String uid, ModelTable table, int keyCount) {
    Set<List<Object>> seen = new HashSet<>();
    for (Row row : table.rows()) {
      Object[] key = new Object[keyCount];
      Arrays.setAll(key, i -> asSparkMatches(row.get(i)));
      List<Object> all = Arrays.asList(key);
      if (all.contains(null) || !seen.add(all)) {
        throw new IllegalArgumentException(
            uid
                + ": a table must have each key once, and no null, but has "
                + all
                + (all.contains(null) ? "" : " twice, as keys match")
                + "; drop or correct such rows");
      }
    }
  }
}
