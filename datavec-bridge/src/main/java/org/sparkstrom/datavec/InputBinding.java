// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;

/**
 * Where a process finds its columns in a DataFrame, and which other columns it passes through.
 *
 * <p>Columns are bound by exact name and read by place, so names with dots, brackets or back ticks
 * need no quoting.
 *
 * @param bound the place in the DataFrame of each column of the process's initial schema
 * @param passedThrough the places of the columns that the process does not know, in their order
 * @param output the columns of the result: the final schema's, then those passed through
 */
record InputBinding(List<Integer> bound, List<Integer> passedThrough, StructType output)
    implements Serializable {

  /**
   * Binds a process to a DataFrame's columns.
   *
   * @param instead the columns that the result has in place of those that are passed through, of
   *     which a reduce or a grouping has many for a row of its own; empty when they are passed
   *     through
   * @throws IllegalArgumentException when columns are missing, ambiguous, of a type that the
   *     process cannot take, or when a column passed through has a result column's name
   */
  static InputBinding of(
      Schema initial, Schema result, StructType input, Optional<StructType> instead) {
    List<String> names = Arrays.asList(input.fieldNames());
    List<String> problems = new ArrayList<>();
    List<Integer> bound = new ArrayList<>();
    for (ColumnMetaData column : initial.getColumnMetaData()) {
      int place = names.indexOf(column.getName());
      bound.add(place);
      if (place < 0) {
        problems.add("column '" + column.getName() + "' is missing");
      } else if (place != names.lastIndexOf(column.getName())) {
        problems.add("column '" + column.getName() + "' occurs more than once");
      } else if (initial instanceof SequenceSchema) {
        conflictOfSteps(input.fields()[place], column).ifPresent(problems::add);
      } else if (!SparkSchemas.accepts(input.fields()[place].dataType(), column)) {
        problems.add(conflict(input.fields()[place], column));
      }
    }
    StructType produced = SparkSchemas.toSpark(result);
    Set<String> taken = new HashSet<>(Arrays.asList(produced.fieldNames()));
    List<Integer> passed = new ArrayList<>();
    List<StructField> fields = new ArrayList<>(Arrays.asList(produced.fields()));
    for (StructField key : instead.orElse(new StructType()).fields()) {
      fields.add(key);
      if (!taken.add(key.name())) {
        problems.add(
            "the key of the sequences would be the column '"
                + key.name()
                + "', but the result has one of that name; rename it in the process");
      }
    }
    for (int place = 0; place < names.size() && instead.isEmpty(); place++) {
      if (!bound.contains(place)) {
        passed.add(place);
        fields.add(input.fields()[place]);
        if (!initial.hasColumn(names.get(place)) && !taken.add(names.get(place))) {
          problems.add(
              "column '"
                  + names.get(place)
                  + "' would be passed through beside a result column of"
                  + " that name; rename or drop it first");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the DataFrame does not fit the TransformProcess: "
              + String.join("; ", problems)
              + ". The DataFrame has "
              + describe(input)
              + ". Names are case-sensitive");
    }
    return new InputBinding(
        List.copyOf(bound),
        List.copyOf(passed),
        new StructType(fields.toArray(StructField[]::new)));
  }

  private static Optional<String> conflictOfSteps(StructField field, ColumnMetaData column) {
    if (!(field.dataType() instanceof ArrayType array)) {
      return Optional.of(
          "column '"
              + field.name()
              + "' is "
              + field.dataType().catalogString()
              + ", but must be an array with an element for each time step; collect them first"
              + " (collect_list), or use a process whose initial schema is a plain Schema");
    }
    return SparkSchemas.accepts(array.elementType(), column)
        ? Optional.empty()
        : Optional.of("each step of " + conflict(ColumnMetadata.step(field), column));
  }

  static String conflict(StructField field, ColumnMetaData column) {
    return "column '"
        + field.name()
        + "' is "
        + field.dataType().catalogString()
        + ", which cannot be read as DataVec "
        + column.getColumnType()
        + " without loss; cast it to "
        + ColumnMetadata.toSpark(column).dataType().catalogString()
        + " or change the initial schema";
  }

  private static String describe(StructType input) {
    return Arrays.stream(input.fields())
        .map(f -> "'" + f.name() + "' " + f.dataType().catalogString())
        .toList()
        .toString();
  }
}
