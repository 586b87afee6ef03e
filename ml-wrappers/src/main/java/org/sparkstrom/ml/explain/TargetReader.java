// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * Reads what a model says of a row: a number, or the chosen entries of a vector or an array.
 *
 * @param column its column, for people
 * @param classes the entries that are explained; empty for all
 */
record TargetReader(String column, List<Integer> classes) implements Serializable {

  /**
   * A reader of this column.
   *
   * @throws IllegalArgumentException if it holds no numbers, or entries are chosen of a number
   */
  static TargetReader of(String uid, StructField field, int[] classes) {
    boolean number = field.dataType() instanceof NumericType;
    if (!number && !isVector(field.dataType())) {
      throw new IllegalArgumentException(
          "%s: targetCol '%s' must hold numbers, vectors or arrays of numbers, but holds %s; choose another column of the model"
              .formatted(uid, field.name(), field.dataType().catalogString()));
    }
    if (number && classes.length > 0) {
      throw new IllegalArgumentException(
          "%s: targetClasses must be empty for a column of numbers, but are %s, and targetCol '%s' holds %s; clear targetClasses, or choose a column of vectors"
              .formatted(
                  uid, Arrays.toString(classes), field.name(), field.dataType().catalogString()));
    }
    return new TargetReader(field.name(), Arrays.stream(classes).boxed().toList());
  }

  private static boolean isVector(DataType type) {
    return type.equals(SQLDataTypes.VectorType())
        || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
  }

  /**
   * The targets in a value of the column.
   *
   * @throws RefusedValueException if there are none, or one is not finite
   * @throws IllegalArgumentException if an entry is chosen that there is not
   */
  double[] read(Object value) {
    if (value == null) {
      throw new RefusedValueException("the model's %s is null".formatted(column));
    }
    double[] targets =
        value instanceof Number number
            ? new double[] {number.doubleValue()}
            : chosen(NumericInputs.numbers(value));
    for (double target : targets) {
      if (!Double.isFinite(target)) {
        throw new RefusedValueException(
            "the model's %s must be finite, but is %s".formatted(column, Arrays.toString(targets)));
      }
    }
    return targets;
  }

  private double[] chosen(double[] all) {
    if (classes.isEmpty()) {
      return all;
    }
    double[] chosen = new double[classes.size()];
    for (int i = 0; i < chosen.length; i++) {
      if (classes.get(i) >= all.length) {
        throw new IllegalArgumentException(
            "targetClasses must be below %d, as the model's %s has as many entries, but are %s"
                .formatted(all.length, column, classes));
      }
      chosen[i] = all[classes.get(i)];
    }
    return chosen;
  }
}
