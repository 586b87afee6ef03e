// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import java.util.List;

/**
 * A run of parameters that are treated alike within their block: one weight array or bias.
 *
 * @param from the first, as a place in the network's flat parameters
 * @param to behind the last
 * @param batchSummed whether their gradients are sums over the rows of a batch, to be divided;
 *     running means of batch normalization are not
 * @param penalties regularizations, in the configuration's order
 */
record Span(int from, int to, boolean batchSummed, List<Penalty> penalties) {

  Span {
    penalties = List.copyOf(penalties);
  }

  /** Applies the penalties before or after the updater to the part of this span in a range. */
  void penalize(boolean before, float[] values, float[] parameters, int from, int to) {
    for (Penalty penalty : penalties) {
      if (penalty.isBeforeUpdater() == before) {
        penalty.apply(values, parameters, Math.max(from, this.from), Math.min(to, this.to));
      }
    }
  }

  /** Divides the part of this span in a range by the number of rows. */
  void divide(float[] values, float rows, int from, int to) {
    if (batchSummed) {
      int end = Math.min(to, this.to);
      for (int i = Math.max(from, this.from); i < end; i++) {
        values[i] /= rows;
      }
    }
  }
}
