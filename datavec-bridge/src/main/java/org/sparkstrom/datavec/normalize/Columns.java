// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where a normalizer finds its columns in a DataFrame. Columns are bound by exact name and reached
 * by place, so names with dots or back ticks need no quoting, and {@code A} beside {@code a} is no
 * conflict.
 *
 * @param places the place of each column, in the normalizer's order
 * @param kinds how each column holds its features
 * @param types the type of each column
 */
record Columns(List<Integer> places, List<FeatureColumn> kinds, List<DataType> types) {

  /**
   * Binds columns of these names.
   *
   * @throws IllegalArgumentException when one is missing, there twice, or of a type without
   *     features
   */
  static Columns of(String stage, StructType schema, String[] columnNames) {
    List<String> names = Arrays.asList(schema.fieldNames());
    List<String> problems = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    List<FeatureColumn> kinds = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (String name : columnNames) {
      int place = names.indexOf(name);
      if (place < 0) {
        problems.add("column '" + name + "' is missing");
      } else if (place != names.lastIndexOf(name)) {
        problems.add("column '" + name + "' occurs more than once");
      } else {
        DataType type = schema.fields()[place].dataType();
        places.add(place);
        types.add(type);
        FeatureColumn.find(type)
            .ifPresentOrElse(
                kinds::add,
                () ->
                    problems.add(
                        "column '%s' is %s, but must be %s: cast it first"
                            .formatted(name, type.catalogString(), FeatureColumn.accepted())));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the DataFrame does not fit "
              + stage
              + ": "
              + String.join("; ", problems)
              + ". The DataFrame has "
              + names
              + "; names are case-sensitive");
    }
    return new Columns(places, kinds, types);
  }

  /**
   * The columns of the scaled data: each output in the place of its input if it has that name, else
   * after all others.
   *
   * @throws IllegalArgumentException when counts differ or an output has another column's name
   */
  StructType output(String stage, StructType schema, String[] outputNames) {
    if (outputNames.length != places.size()) {
      throw new IllegalArgumentException(
          "%s must have as many outputCols as columns to scale, but has %d and %d"
              .formatted(stage, outputNames.length, places.size()));
    }
    List<StructField> fields = new ArrayList<>(Arrays.asList(schema.fields()));
    for (int i = 0; i < outputNames.length; i++) {
      String name = outputNames[i];
      StructField field =
          new StructField(name, FeatureColumn.scaledType(types.get(i)), true, Metadata.empty());
      if (schema.fields()[places.get(i)].name().equals(name)) {
        fields.set(places.get(i), field);
      } else if (Arrays.asList(schema.fieldNames()).contains(name)) {
        throw new IllegalArgumentException(
            "%s would write '%s', a column that is there already; choose another name in outputCols, or drop it first"
                .formatted(stage, name));
      } else {
        fields.add(field);
      }
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  /** Refuses names that are empty or occur twice. */
  static void requireDistinct(String param, String[] names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name == null || name.isEmpty() || !seen.add(name)) {
        throw new IllegalArgumentException(
            "%s must be distinct names that are not empty, but are %s"
                .formatted(param, Arrays.toString(names)));
      }
    }
    if (names.length == 0) {
      throw new IllegalArgumentException(param + " must name at least one column, but is empty");
    }
  }

  /** The same data with columns that are named by their place: names no resolver stumbles over. */
  static Dataset<Row> numbered(Dataset<?> data) {
    String[] names = new String[data.schema().size()];
    Arrays.setAll(names, Columns::numbered);
    return data.toDF(names);
  }

  /** The name of the column at this place of {@link #numbered(Dataset)}. */
  static String numbered(int place) {
    return "c" + place;
  }
}
