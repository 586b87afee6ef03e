// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;

/**
 * What is known of the shapes of the columns' values, features first, then labels.
 *
 * <p>Not thread-safe.
 */
final class Shapes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[][] byColumn;

  /** Nothing is known of so many columns. */
  Shapes(int columns) {
    byColumn = new int[columns][];
  }

  private Shapes(int[][] byColumn) {
    this.byColumn = byColumn;
  }

  Shapes copy() {
    return new Shapes(byColumn.clone());
  }

  /** Number of columns. */
  int count() {
    return byColumn.length;
  }

  boolean isKnown(int column) {
    return byColumn[column] != null;
  }

  /** Shape of a column's values, which must be known. */
  int[] get(int column) {
    return byColumn[column];
  }

  void learn(int column, int[] shape) {
    byColumn[column] = shape.clone();
  }
}
