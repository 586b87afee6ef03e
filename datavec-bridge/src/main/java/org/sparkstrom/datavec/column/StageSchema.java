// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a stage of several columns finds and appends, held against a schema: names are
 * exact, and what is there is not written over.
 *
 * <p>Used first to foretell the schema ({@link #append(StructField)} for each new column), then to
 * make the rows that have it. Not thread-safe.
 */
public final class StageSchema {
  private final String uid;
  private final StructType input;
  private final List<StructField> output;

  /**
   * @param uid the stage, for people
   */
  public StageSchema(String uid, StructType input) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.input = Objects.requireNonNull(input, "input");
    this.output = new ArrayList<>(Arrays.asList(input.fields()));
  }

  /** Refuses a stream, on which nothing can be fitted. */
  public static void requireBatch(String uid, Dataset<?> data) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          uid
              + " is fitted on data that ends, but this is a stream; fit on a batch of it, and let"
              + " the model transform the stream");
    }
  }

  /**
   * The place of the one column of exactly this name.
   *
   * @throws IllegalArgumentException when there is none or several
   */
  public int place(String param, String name) {
    return MadeColumn.placeOf(Arrays.asList(input.fieldNames()), name, uid + ": " + param);
  }

  /** The column of exactly this name; throws as {@link #place}. */
  public StructField field(String param, String name) {
    return input.fields()[place(param, name)];
  }

  /**
   * Adds a column behind the others.
   *
   * @throws IllegalArgumentException when there already is one of this name
   */
  public void append(StructField field) {
    for (StructField known : output) {
      if (known.name().equals(field.name())) {
        throw new IllegalArgumentException(
            uid
                + ": there already is a column '"
                + field.name()
                + "'; set another name for the new one, or drop it");
      }
    }
    output.add(field);
  }

  /** The schema with all columns that were appended. */
  public StructType output() {
    return new StructType(output.toArray(StructField[]::new));
  }

  /**
   * The rows with the appended columns.
   *
   * @param rows have, perhaps among others, the columns of {@code apart}
   * @param apart the names that {@link MadeColumn#apart} gave the input's columns
   * @param made the appended columns' values, in their order
   */
  public Dataset<Row> select(Dataset<Row> rows, String[] apart, List<Column> made) {
    if (made.size() != output.size() - input.size()) {
      throw new IllegalArgumentException(
          uid
              + ": "
              + (output.size() - input.size())
              + " columns were announced, but "
              + made.size()
              + " are made");
    }
    List<Column> all = new ArrayList<>();
    for (String name : apart) {
      all.add(MadeColumn.named(name));
    }
    for (Column column : made) {
      StructField field = output.get(all.size());
      all.add(column.as(field.name(), field.metadata()));
    }
    Dataset<Row> result = rows.select(all.toArray(Column[]::new));
    String[] names = output().fieldNames();
    return Arrays.equals(result.columns(), names) ? result : result.toDF(names);
  }
}
