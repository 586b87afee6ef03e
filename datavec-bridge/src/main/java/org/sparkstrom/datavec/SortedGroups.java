// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * The groups of rows with the same key in rows that are sorted by it. One group at a time is in
 * memory, and Spark's own sort may spill; its aggregates would hold many groups at once.
 *
 * <p>Keys are the same as Spark takes them to be: null is the same as null, NaN as NaN, and zero as
 * minus zero.
 */
final class SortedGroups implements Iterator<List<Row>> {
  private final Iterator<Row> rows;
  private final List<Integer> keys;
  private Optional<Row> next = Optional.empty();

  /**
   * @param keys the places of the key columns
   */
  SortedGroups(Iterator<Row> rows, List<Integer> keys) {
    this.rows = rows;
    this.keys = keys;
    advance();
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public List<Row> next() {
    Row first = next.orElseThrow(() -> new NoSuchElementException("no more groups"));
    List<Row> group = new ArrayList<>();
    while (next.isPresent() && isSameKey(first, next.get())) {
      group.add(next.get());
      advance();
    }
    return group;
  }

  private void advance() {
    next = rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
  }

  private boolean isSameKey(Row a, Row b) {
    for (int key : keys) {
      if (!isSame(a.get(key), b.get(key))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(Object a, Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x.doubleValue() == y.doubleValue() || (x.isNaN() && y.isNaN());
    } else if (a instanceof Float x && b instanceof Float y) {
      return x.floatValue() == y.floatValue() || (x.isNaN() && y.isNaN());
    } else if (a instanceof byte[] x && b instanceof byte[] y) {
      return Arrays.equals(x, y);
    }
    return Objects.equals(a, b);
  }
}
