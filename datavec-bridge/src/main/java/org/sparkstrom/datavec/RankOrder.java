// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.encode;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.rank.CalculateSortedRank;
import org.datavec.api.writable.Writable;
import org.datavec.api.writable.comparator.DoubleWritableComparator;
import org.datavec.api.writable.comparator.FloatWritableComparator;
import org.datavec.api.writable.comparator.IntWritableComparator;
import org.datavec.api.writable.comparator.LongWritableComparator;
import org.datavec.api.writable.comparator.TextWritableComparator;
import org.datavec.api.writable.comparator.WritableComparator;

/**
 * The order of a rank: DataVec's comparator as something that Spark can sort by.
 *
 * @param column the place of the column that is compared
 * @param kind what the comparator compares of a value: a number, or its text
 * @param ascending whether the least value comes first
 */
record RankOrder(int column, ValueKind kind, boolean ascending) {

  /**
   * The order of a rank step.
   *
   * @throws IllegalArgumentException when Spark cannot sort so; the message names step and remedy
   */
  static RankOrder of(Step step) {
    CalculateSortedRank rank = step.action().getCalculateSortedRank();
    String name = rank.getSortOnColumn();
    if (!step.input().hasColumn(name)) {
      throw new IllegalArgumentException(
          step.describe()
              + ", sorts on the column '"
              + name
              + "', but the columns are "
              + step.input().getColumnNames());
    }
    int column = step.input().getIndexOfColumn(name);
    boolean readable =
        ValueKind.of(step.input().getType(column)).filter(k -> k != ValueKind.BYTES).isPresent();
    if (!readable) {
      throw new IllegalArgumentException(
          step.describe()
              + ", sorts on a column of "
              + step.input().getType(column)
              + ", which has no order; make a number of it first");
    }
    return new RankOrder(column, kind(step, rank.getComparator()), rank.isAscending());
  }

  private static ValueKind kind(Step step, WritableComparator comparator) {
    if (comparator instanceof IntWritableComparator) {
      return ValueKind.INT;
    } else if (comparator instanceof LongWritableComparator) {
      return ValueKind.LONG;
    } else if (comparator instanceof FloatWritableComparator) {
      return ValueKind.FLOAT;
    } else if (comparator instanceof DoubleWritableComparator) {
      return ValueKind.DOUBLE;
    } else if (comparator instanceof TextWritableComparator) {
      return ValueKind.TEXT;
    }
    throw new IllegalArgumentException(
        step.describe()
            + ", sorts by "
            + (comparator == null ? "no comparator" : comparator.getClass().getName())
            + ", which Spark cannot sort by; use DataVec's comparator of Int, Long, Float, Double or"
            + " Text, if need be on a column made for it");
  }

  /**
   * What is compared of a row; null where the comparator throws, and for a null.
   *
   * @param place where the draft has the column
   */
  Column key(ColumnDraft draft, int place) {
    return kind == ValueKind.TEXT ? draft.text(place) : draft.number(place, kind);
  }

  /** Throws when the comparator would. */
  void requireComparable(Writable value) {
    switch (kind) {
      case INT -> value.toInt();
      case LONG -> value.toLong();
      case FLOAT -> value.toFloat();
      case DOUBLE -> value.toDouble();
      default -> {
        // everything has a text
      }
    }
  }

  /**
   * The sort orders on the key and on the place of the row, so that no two rows are level. Nulls,
   * which only {@link HandleInvalid#KEEP} lets in, come last either way.
   */
  List<Column> sortOrders(String key, String place) {
    List<Column> orders = new ArrayList<>();
    if (kind == ValueKind.TEXT) {
      // Java's order of texts is that of UTF-16, Spark's that of UTF-8
      orders.add(directed(encode(col(key), "UTF-16BE")));
    } else {
      orders.add(directed(col(key)));
    }
    if (FloatingPoint.is(kind)) {
      orders.add(directed(FloatingPoint.zeroRank(col(key))));
    }
    orders.add(col(place).asc());
    return orders;
  }

  private Column directed(Column key) {
    return ascending ? key.asc_nulls_last() : key.desc_nulls_last();
  }
}
