// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.sparkstrom.datavec.HandleInvalid;

/**
 * What a fit shall make of the moments of columns.
 *
 * @param names the columns
 * @param kinds the scaling of each column
 * @param layout how columns make up inputs
 * @param target the range of MIN_MAX and IMAGE
 * @param lessThanCount what is taken from the count for standard deviations: 0 or 1
 * @param handleInvalid what becomes of nulls, NaN and infinite entries
 */
record FitSettings(
    List<String> names,
    List<Scaling.Kind> kinds,
    Normalization.Layout layout,
    Target target,
    int lessThanCount,
    HandleInvalid handleInvalid) {

  /** A target range, and the highest value of a pixel. */
  record Target(double min, double max, double highestPixel) {}

  /** A fitted normalizer and the number of features of each column. */
  record Fitted(Normalization normalization, List<Integer> widths) {}

  FitSettings {
    if (layout == Normalization.Layout.JOINED && kinds.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "columns of a joined input must have one strategy, but have %s; take the layout 'separate'"
              .formatted(kinds));
    }
  }

  /**
   * Fits by one Spark job; by none if only images are scaled.
   *
   * @throws IllegalArgumentException if the rows do not allow it: none, an invalid entry under
   *     ERROR, rows of different lengths, a feature without any value
   */
  Fitted fit(Dataset<?> data, Columns columns) {
    if (kinds.stream().allMatch(kind -> kind == Scaling.Kind.IMAGE)) {
      Scaling image = Scaling.image(target.min, target.max, target.highestPixel);
      return new Fitted(Normalization.joined(image), List.of());
    }
    MomentsPass.Rows rows =
        handleInvalid == HandleInvalid.SKIP ? MomentsPass.Rows.COMPLETE : MomentsPass.Rows.ALL;
    MomentsPass.Result found = MomentsPass.run(data, columns, rows);
    List<Scaling> scalings = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    requireValid(found);
    for (int i = 0; i < names.size(); i++) {
      Moments moments = found.columns().get(i);
      requireFeatures(names.get(i), moments, found.incompleteRows());
      widths.add(moments.width());
      scalings.add(scaling(kinds.get(i), moments));
    }
    Normalization normalization =
        layout == Normalization.Layout.SEPARATE
            ? Normalization.separate(scalings)
            : Normalization.joined(Scaling.join(scalings));
    return new Fitted(normalization, widths);
  }

  private Scaling scaling(Scaling.Kind kind, Moments moments) {
    return switch (kind) {
      case STANDARDIZE -> Scaling.standardize(moments.means(), moments.deviations(lessThanCount));
      case MIN_MAX -> Scaling.minMax(moments.lowers(), moments.uppers(), target.min, target.max);
      case IMAGE -> Scaling.image(target.min, target.max, target.highestPixel);
      case UNCHANGED -> Scaling.unchanged();
    };
  }

  private void requireValid(MomentsPass.Result found) {
    if (handleInvalid != HandleInvalid.ERROR) {
      return;
    }
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Moments moments = found.columns().get(i);
      if (moments.nullRows() + moments.missing() > 0) {
        problems.add(
            "column '%s' has %d nulls and %d entries that are null, NaN or infinite"
                .formatted(names.get(i), moments.nullRows(), moments.missing()));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "a normalizer is fitted on finite numbers, but "
              + String.join("; ", problems)
              + "; set handleInvalid to 'skip' (such rows are left out) or 'keep' (such entries are)");
    }
  }

  private static void requireFeatures(String name, Moments moments, long skipped) {
    if (moments.otherWidth() >= 0) {
      throw new IllegalArgumentException(
          "column '%s' must have the same number of features in all rows, but has %d and %d; pad or"
                  .formatted(name, moments.width(), moments.otherWidth())
              + " filter them first");
    }
    if (moments.width() < 1) {
      throw new IllegalArgumentException(
          "a normalizer needs at least one row with at least one value, but column '%s' has none"
                  .formatted(name)
              + (skipped > 0 ? " (" + skipped + " rows with invalid entries were skipped)" : "")
              + "; fit on data that has some");
    }
    int empty = moments.emptyFeature();
    if (empty >= 0) {
      throw new IllegalArgumentException(
          "a normalizer needs at least one value of every feature, but feature %d of column '%s' has"
                  .formatted(empty, name)
              + " none that is finite; drop it or fill it in first");
    }
  }
}
