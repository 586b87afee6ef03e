// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * Decides for one row whether it is used, left out, or an error. The survey and the packing both
 * ask here, so they cannot disagree.
 *
 * <p>Thread-safe, as long as each thread brings its own {@link RowValues}.
 *
 * @param inputs read the features
 * @param labels read the labels
 * @param weight reads the weight
 * @param validation reads the validation indicator
 * @param handleInvalid the policy
 */
record RowCheck(
    List<TensorReader> inputs,
    List<TensorReader> labels,
    WeightColumn weight,
    ValidationColumn validation,
    HandleInvalid handleInvalid)
    implements Serializable {

  /** Number of features and label columns. */
  int columns() {
    return inputs.size() + labels.size();
  }

  TensorReader column(int index) {
    return index < inputs.size() ? inputs.get(index) : labels.get(index - inputs.size());
  }

  /** Room for a row, when nothing is known of the shapes. */
  RowValues newValues() {
    return new RowValues(inputs.size(), new Shapes(columns()));
  }

  /**
   * Reads and checks a row.
   *
   * @param out receives the values of a row that is used
   */
  Verdict check(Row row, RowValues out) {
    for (int i = inputs.size(); i < columns(); i++) {
      Verdict verdict = checkLabel(row, out, i);
      if (verdict.kind() != Verdict.Kind.USE) {
        return verdict;
      }
    }
    float rowWeight = weight.read(row);
    if (!Float.isFinite(rowWeight) || rowWeight < 0) {
      return Float.isNaN(rowWeight)
          ? unusable(weight.missing())
          : Verdict.error(weight.problem(row));
    }
    if (validation.isNull(row)) {
      return unusable(validation.missing());
    }
    out.set(rowWeight, validation.read(row));
    Verdict worst = Verdict.USE;
    for (int i = 0; i < inputs.size() && worst.kind() != Verdict.Kind.ERROR; i++) {
      Verdict verdict = checkFeatures(row, out, i);
      worst = verdict.kind() == Verdict.Kind.USE ? worst : verdict;
    }
    return worst;
  }

  private Verdict checkLabel(Row row, RowValues out, int column) {
    TensorReader reader = column(column);
    Cell cell = out.cell(column);
    return switch (reader.read(row, cell)) {
      case VALUES -> checkShape(reader, out, column);
      case NULL -> unusable("label column '%s' is null or NaN".formatted(reader.column()));
      case NOT_FINITE ->
          unusable(
              "label column '%s' is null, NaN or infinite at value %d"
                  .formatted(reader.column(), cell.firstInvalid()));
      case EMPTY, RAGGED -> malformed(reader);
      case NO_CLASS -> noClass((ClassReader) reader, cell.rejected());
    };
  }

  private static Verdict noClass(ClassReader reader, double label) {
    return Verdict.error(
        ("label column '%s' is %s, but must be an integer from 0 to %d, as the network has %d "
                + "outputs; index the labels (StringIndexer) or give the network more outputs")
            .formatted(reader.column(), label, reader.classCount() - 1, reader.classCount()));
  }

  private Verdict checkFeatures(Row row, RowValues out, int column) {
    TensorReader reader = column(column);
    Cell cell = out.cell(column);
    Cell.Content content = reader.read(row, cell);
    switch (content) {
      case NULL -> {
        cell.zero(out.shapes().isKnown(column) ? out.shapes().get(column) : new int[] {0});
        return invalid("column '%s' is null".formatted(reader.column()));
      }
      case VALUES, NOT_FINITE -> {
        Verdict shape = checkShape(reader, out, column);
        return shape.kind() != Verdict.Kind.USE || content == Cell.Content.VALUES
            ? shape
            : invalid(
                "column '%s' is null, NaN or infinite at feature %d"
                    .formatted(reader.column(), cell.firstInvalid()));
      }
      default -> {
        return malformed(reader);
      }
    }
  }

  private static Verdict malformed(TensorReader reader) {
    return Verdict.error(
        reader.role().equals("features")
            ? "column '%s' has no features or nested arrays of unequal lengths; all rows must have as many"
                .formatted(reader.column())
            : "label column '%s' is empty or has nested arrays of unequal lengths; all rows must have as many values"
                .formatted(reader.column()));
  }

  private static Verdict checkShape(TensorReader reader, RowValues out, int column) {
    int[] shape = out.cell(column).shape();
    if (!out.shapes().isKnown(column)) {
      out.shapes().learn(column, shape);
      return Verdict.USE;
    }
    int[] before = out.shapes().get(column);
    if (!Arrays.equals(shape, before)) {
      boolean features = reader.role().equals("features");
      return Verdict.error(
          "%scolumn '%s' has %s %s, but the rows before it have %s; all rows must have as many"
              .formatted(
                  features ? "" : "label ",
                  reader.column(),
                  text(shape),
                  features ? "features" : "values",
                  text(before)));
    }
    return Verdict.USE;
  }

  /** A shape as people write it: 3 x 28 x 28. */
  static String text(int[] shape) {
    return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
  }

  private Verdict unusable(String text) {
    return handleInvalid == HandleInvalid.SKIP
        ? Verdict.SKIP
        : Verdict.error(text + "; filter such rows out, or set handleInvalid to 'skip'");
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
