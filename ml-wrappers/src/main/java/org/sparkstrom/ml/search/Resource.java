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

  /** Rungs from the least value on, each the factor times the one below, none above the most. */
  static Resource geometric(String param, int least, int most, int factor) {
    List<Integer> rungs = new ArrayList<>();
    for (long value = least; value <= most; value *= factor) {
      rungs.add((int) value);
    }
    return new Resource(param, List.copyOf(rungs));
  }
}
