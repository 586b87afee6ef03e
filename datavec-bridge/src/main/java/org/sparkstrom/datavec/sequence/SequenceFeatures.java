// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.sequence;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_repeat;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns of sequences put together to one column that recurrent networks train on: {@code
 * array<array<double>>}, float64 [time, features]. A DataFrame of sequences has an array for each
 * of its columns, a network takes all values of a time step at once.
 *
 * <p>{@link #column} gives each sequence its own length, as estimators take it, who pad and mask a
 * batch by themselves. {@link #padded} gives all the same length, and a mask, for other code.
 *
 * <p>Works on streams and starts no job. A null array makes the result null; a null within one
 * stays null, and the estimator's policy decides on it. Arrays of different lengths in a row give
 * null. Immutable and thread-safe.
 */
public final class SequenceFeatures {
  private final List<String> columns;

  private SequenceFeatures(List<String> columns) {
    this.columns = columns;
  }

  /**
   * Features of these array columns of numbers, in this order.
   *
   * @throws IllegalArgumentException when there is none, or one is named twice
   */
  public static SequenceFeatures of(String... columns) {
    Set<String> distinct = new LinkedHashSet<>(Arrays.asList(columns));
    if (columns.length == 0 || distinct.size() < columns.length) {
      throw new IllegalArgumentException(
          "features must be at least one column of sequences, each named once, but are "
              + Arrays.toString(columns));
    }
    return new SequenceFeatures(List.of(columns));
  }

  /**
   * The data with the column {@code name} beside the others: {@code array<array<double>>} [time,
   * features], as long as the sequence is.
   *
   * @throws IllegalArgumentException when a column is missing or is no array of numbers, or there
   *     is a column of this name already
   */
  public Dataset<Row> column(Dataset<?> data, String name) {
    List<String> arrays = checked(data.schema(), List.of(name));
    List<Column> all = existing(data.schema());
    all.add(steps(arrays).as(name));
    return select(data, all);
  }

  /**
   * The data with two more columns, for networks of a fixed length: {@code features}, {@code
   * array<array<double>>} [length, features], cut off behind {@code length} or filled up with
   * zeros, and {@code mask}, {@code array<double>} [length], 1 for a time step of the sequence and
   * 0 for one that was filled up.
   *
   * @throws IllegalArgumentException as {@link #column}, or when the length is below 1
   */
  public Dataset<Row> padded(Dataset<?> data, String features, String mask, int length) {
    if (length < 1) {
      throw new IllegalArgumentException("the length must be at least 1, but is " + length);
    }
    List<String> arrays = checked(data.schema(), List.of(features, mask));
    List<Column> all = existing(data.schema());
    Column steps = steps(arrays);
    Column step = array(columns.stream().map(c -> lit(0.0)).toArray(Column[]::new));
    all.add(filled(steps, step, length).as(features));
    Column ones = transform(col(arrays.get(0)), value -> lit(1.0));
    all.add(when(steps.isNotNull(), filled(ones, lit(0.0), length)).as(mask));
    return select(data, all);
  }

  private static Column filled(Column array, Column filling, int length) {
    Column missing = greatest(lit(length).minus(size(array)), lit(0));
    return slice(concat(array, array_repeat(filling, missing)), 1, length);
  }

  /** The time steps of arrays of these names; null where their lengths differ. */
  private static Column steps(List<String> arrays) {
    Column first = col(arrays.get(0));
    Column sameLength = lit(true);
    for (String name : arrays) {
      sameLength = sameLength.and(size(col(name)).equalTo(size(first)));
    }
    Column present = sameLength.and(first.isNotNull());
    Column places = when(size(first).gt(0), sequence(lit(1), size(first)));
    Column steps =
        transform(
            places,
            place ->
                array(
                    arrays.stream()
                        .map(a -> element_at(col(a), place).cast(DataTypes.DoubleType))
                        .toArray(Column[]::new)));
    Column none = slice(array(array(lit(0.0))), 1, 0);
    return when(present, when(size(first).gt(0), steps).otherwise(none));
  }

  /** All columns under names that need no quoting. */
  private static List<Column> existing(StructType schema) {
    List<Column> all = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      StructField field = schema.fields()[i];
      all.add(col("i" + i).as(field.name(), field.metadata()));
    }
    return all;
  }

  private static Dataset<Row> select(Dataset<?> data, List<Column> columns) {
    String[] names = new String[data.schema().size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = "i" + i;
    }
    return data.toDF(names).select(columns.toArray(Column[]::new));
  }

  /** The names that {@link #existing} has for the features' columns. */
  private List<String> checked(StructType schema, List<String> added) {
    List<String> names = Arrays.asList(schema.fieldNames());
    for (String name : added) {
      if (names.contains(Objects.requireNonNull(name, "name"))) {
        throw new IllegalArgumentException(
            "the column '" + name + "' would be added, but is there; drop it or choose another");
      }
    }
    List<String> found = new ArrayList<>();
    for (String column : columns) {
      int place = names.indexOf(column);
      if (place < 0) {
        throw new IllegalArgumentException(
            "features are to come from column '" + column + "', but the DataFrame has " + names);
      }
      requireNumbers(schema.fields()[place]);
      found.add("i" + place);
    }
    return found;
  }

  private static void requireNumbers(StructField field) {
    DataType type = field.dataType();
    if (!(type instanceof ArrayType array && array.elementType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          "features must come from arrays of numbers, one for each time step, but column '"
              + field.name()
              + "' is "
              + type.catalogString()
              + "; make numbers of it in the process (categoricalToInteger, categoricalToOneHot,"
              + " convertToDouble)");
    }
  }
}
