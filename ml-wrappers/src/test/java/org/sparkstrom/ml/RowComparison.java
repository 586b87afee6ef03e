// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Compares rows by value: numbers but for float32 rounding, since a sum's order depends on a row's
 * place in its batch; everything else exactly.
 */
final class RowComparison {
  private static final double TOLERANCE = 1e-5;

  private RowComparison() {}

  static void assertClose(Row actual, Row expected) {
    assertThat(near(actual, expected)).as("%s beside %s", actual, expected).isTrue();
  }

  static void assertClose(List<Row> actual, List<Row> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(actual.get(i), expected.get(i));
    }
  }

  private static boolean near(Object actual, Object expected) {
    if (actual instanceof Row row && expected instanceof Row other) {
      return allNear(
          JavaConverters.seqAsJavaList(row.toSeq()), JavaConverters.seqAsJavaList(other.toSeq()));
    }
    if (actual instanceof Seq<?> seq && expected instanceof Seq<?> other) {
      return allNear(JavaConverters.seqAsJavaList(seq), JavaConverters.seqAsJavaList(other));
    }
    if (actual instanceof Vector vector && expected instanceof Vector other) {
      return allNear(
          Arrays.stream(vector.toArray()).boxed().toList(),
          Arrays.stream(other.toArray()).boxed().toList());
    }
    if (actual instanceof Number number && expected instanceof Number other) {
      double a = number.doubleValue();
      double b = other.doubleValue();
      return Double.compare(a, b) == 0 || Math.abs(a - b) <= TOLERANCE * (1 + Math.abs(b));
    }
    return Objects.deepEquals(actual, expected);
  }

  private static boolean allNear(List<?> actual, List<?> expected) {
    if (actual.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < actual.size(); i++) {
      if (!near(actual.get(i), expected.get(i))) {
        return false;
      }
    }
    return true;
  }
}
