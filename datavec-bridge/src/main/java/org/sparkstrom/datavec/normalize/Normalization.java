// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A fitted normalizer as a value: what DL4J keeps in a normalizer file, and what a {@link
 * NormalizerModel} applies to columns.
 *
 * @param layout whether the file is one of a {@code DataSet} or of a {@code MultiDataSet}
 * @param inputs the scaling of each input; one when JOINED
 * @param labels the scaling of each label array; empty when labels are not normalized
 */
public record Normalization(Layout layout, List<Scaling> inputs, List<Scaling> labels)
    implements Serializable {
  /** How columns make up the inputs of a network. */
  public enum Layout {
    /** All columns, in order, are the features of one input: DL4J's single normalizers. */
    JOINED("joined"),
    /** Each column is an input: DL4J's multi normalizers. */
    SEPARATE("separate");

    private final String paramValue;

    Layout(String paramValue) {
      this.paramValue = paramValue;
    }

    /** The name as Params spell it. */
    public String paramValue() {
      return paramValue;
    }
  }

  /**
   * Checks what DL4J's files can hold.
   *
   * @throws IllegalArgumentException when there is no input, more than one is JOINED, or an image
   *     scaler stands beside another scaling
   */
  public Normalization {
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a normalizer must have at least one input, but has none");
    }
    if (layout == Layout.JOINED && (inputs.size() > 1 || labels.size() > 1)) {
      throw new IllegalArgumentException(
          "a joined normalizer has one input and at most one label array, but %d and %d were given;"
                  .formatted(inputs.size(), labels.size())
              + " take the layout 'separate'");
    }
    if (layout == Layout.JOINED && inputs.get(0).kind() == Scaling.Kind.UNCHANGED) {
      throw new IllegalArgumentException(
          "a joined input that stays unchanged needs no normalizer; choose another strategy");
    }
    boolean image = inputs.stream().anyMatch(s -> s.kind() == Scaling.Kind.IMAGE);
    if (image && !(layout == Layout.JOINED && labels.isEmpty())) {
      throw new IllegalArgumentException(
          "DL4J's files hold an image scaler for all inputs or for none; normalize the other"
              + " columns by a stage of their own, and leave the layout 'joined'");
    }
    if (!labels.isEmpty() && layout == Layout.JOINED && !labels.get(0).isLike(inputs.get(0))) {
      throw new IllegalArgumentException(
          "a joined normalizer scales labels as features, but they are %s and %s; take the layout"
                  .formatted(labels.get(0), inputs.get(0))
              + " 'separate'");
    }
  }

  /** One input, labels left alone. */
  public static Normalization joined(Scaling input) {
    return new Normalization(Layout.JOINED, List.of(input), List.of());
  }

  /** Several inputs, labels left alone. */
  public static Normalization separate(List<Scaling> inputs) {
    return new Normalization(Layout.SEPARATE, inputs, List.of());
  }

  /**
   * The scaling of each of this many columns.
   *
   * @param widths how many features each column has, or null where that follows from the file
   * @throws IllegalArgumentException if the columns cannot be those of the inputs
   */
  List<Scaling> ofColumns(String stage, int columns, int[] widths) {
    Scaling first = inputs.get(0);
    if (layout == Layout.SEPARATE) {
      require(columns == inputs.size(), stage, "%d inputs", inputs.size(), columns);
      return inputs;
    }
    if (first.width() == Scaling.ANY_WIDTH) {
      return Collections.nCopies(columns, first);
    }
    int[] counts = widths;
    if (counts == null) {
      counts = new int[columns];
      Arrays.fill(counts, columns == 1 ? first.width() : 1);
    }
    int total = Arrays.stream(counts).sum();
    require(
        counts.length == columns && total == first.width(),
        stage,
        "one input of %d features",
        first.width(),
        columns);
    List<Scaling> result = new ArrayList<>();
    int from = 0;
    for (int count : counts) {
      result.add(first.slice(from, count));
      from += count;
    }
    return result;
  }

  private static void require(boolean fits, String stage, String has, int count, int columns) {
    if (!fits) {
      throw new IllegalArgumentException(
          (stage + " has a normalizer of " + has.formatted(count))
              + ", which does not fit its %d inputCols; name the columns that it was fitted on, and where several of them make up one input, set widths"
                  .formatted(columns));
    }
  }
}
