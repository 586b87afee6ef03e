// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Row;

/**
 * Decides for one row whether it is used, left out, or an error. The survey and the packing both
 * ask here, so they cannot disagree.
 *
 * <p>Not thread-safe: one instance a task.
 */
final class RowCheck implements Serializable {
  private static final long serialVersionUID = 1L;

  private final FeatureReader features;
  private final String labelColumn;
  private final int labelIndex;
  private final int classCount;
  private final HandleInvalid handleInvalid;

  RowCheck(
      FeatureReader features,
      String labelColumn,
      int labelIndex,
      int classCount,
      HandleInvalid handleInvalid) {
    this.features = features;
    this.labelColumn = labelColumn;
    this.labelIndex = labelIndex;
    this.classCount = classCount;
    this.handleInvalid = handleInvalid;
  }

  FeatureReader features() {
    return features;
  }

  /** The class index of a row that has been found usable. */
  int label(Row row) {
    return (int) ((Number) row.get(labelIndex)).doubleValue();
  }

  /**
   * Checks a row and reads its features.
   *
   * @param featureCount features that the row must have
   * @param out receives the features of a usable row; at least {@code featureCount} long
   */
  Verdict check(Row row, int featureCount, float[] out) {
    Verdict label = checkLabel(row);
    if (label.kind() != Verdict.Kind.USE) {
      return label;
    }
    int length = features.length(row);
    if (length == FeatureReader.NULL) {
      Arrays.fill(out, 0, featureCount, 0f);
      return invalid("column '%s' is null".formatted(features.column()));
    }
    if (length == 0) {
      return Verdict.error(
          "column '%s' has no features; all rows must have as many".formatted(features.column()));
    }
    if (length != featureCount) {
      return Verdict.error(
          "column '%s' has %d features, but the rows before it have %d; all rows must have as many"
              .formatted(features.column(), length, featureCount));
    }
    int at = features.read(row, out, 0);
    if (at >= 0) {
      return invalid(
          "column '%s' is null, NaN or infinite at feature %d".formatted(features.column(), at));
    }
    return Verdict.USE;
  }

  private Verdict checkLabel(Row row) {
    double label =
        row.isNullAt(labelIndex) ? Double.NaN : ((Number) row.get(labelIndex)).doubleValue();
    if (Double.isNaN(label)) {
      return handleInvalid == HandleInvalid.SKIP
          ? Verdict.SKIP
          : Verdict.error("label column '%s' is null or NaN".formatted(labelColumn));
    }
    if (label != Math.rint(label) || label < 0 || label >= classCount) {
      return Verdict.error(
          ("label column '%s' is %s, but must be an integer from 0 to %d, as the network has %d "
                  + "outputs; index the labels (StringIndexer) or give the network more outputs")
              .formatted(labelColumn, label, classCount - 1, classCount));
    }
    return Verdict.USE;
  }

  private Verdict invalid(String text) {
    return switch (handleInvalid) {
      case KEEP -> Verdict.USE;
      case SKIP -> Verdict.SKIP;
      case ERROR -> Verdict.error(text + "; clean it, or set handleInvalid to 'skip' or 'keep'");
    };
  }

  /**
   * What becomes of a row.
   *
   * @param kind use, skip or error
   * @param text why it is an error; empty otherwise
   */
  record Verdict(Kind kind, String text) {
    enum Kind {
      USE,
      SKIP,
      ERROR
    }

    static final Verdict USE = new Verdict(Kind.USE, "");
    static final Verdict SKIP = new Verdict(Kind.SKIP, "");

    static Verdict error(String text) {
      return new Verdict(Kind.ERROR, text);
    }
  }
}
