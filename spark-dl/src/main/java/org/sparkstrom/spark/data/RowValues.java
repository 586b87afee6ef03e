// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.stream.IntStream;

/**
 * One row, read: scratch that {@link RowCheck} fills again for each row.
 *
 * <p>It remembers the shape of each column's values, so that a row that differs from those before
 * it is found. Not thread-safe.
 */
final class RowValues {

  private final Cell[] cells;
  private final int inputs;
  private final Shapes shapes;
  private float weight;
  private boolean validation;

  /**
   * Room for a row.
   *
   * @param inputs number of features columns
   * @param shapes what is known of the columns' shapes
   */
  RowValues(int inputs, Shapes shapes) {
    this.inputs = inputs;
    this.shapes = shapes.copy();
    this.cells = IntStream.range(0, shapes.count()).mapToObj(i -> new Cell()).toArray(Cell[]::new);
  }

  /** The cell of a column: features first, then labels. */
  Cell cell(int column) {
    return cells[column];
  }

  Cell input(int index) {
    return cells[index];
  }

  Cell label(int index) {
    return cells[inputs + index];
  }

  /** What is known of the shapes by now; learns from the rows. */
  Shapes shapes() {
    return shapes;
  }

  float weight() {
    return weight;
  }

  /** True if the row is for validation. */
  boolean isValidation() {
    return validation;
  }

  void set(float rowWeight, boolean isForValidation) {
    weight = rowWeight;
    validation = isForValidation;
  }
}
