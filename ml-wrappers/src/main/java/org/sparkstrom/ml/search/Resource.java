// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;

/**
 * What trials are given more and more of: the values of an IntParam, usually epochs.
 *
 * @param param name of the Param
 * @param rungs its value on each rung
 */
record Resource(String param, List<Integer> rungs) {

  /** Rungs down from the most, each by the factor less, rounded down, none below the least. */
  static Resource geometric(String param, int least, int most, int factor) {
    List<Integer> rungs = new ArrayList<>();
    for (int value = most; value >= least; value /= factor) {
      rungs.add(0, value);
    }
    return new Resource(param, List.copyOf(rungs));
  }
}
