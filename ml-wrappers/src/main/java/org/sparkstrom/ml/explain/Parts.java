// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.BitSet;
import java.util.List;

/** The parts of one row. */
interface Parts {

  /** How many there are; at least 1. */
  int count();

  /** In how many ways absent parts are filled. */
  int backgroundCount();

  /**
   * The values of the explained columns with some of the parts.
   *
   * @param present the parts that are there
   * @param background the way in which the others are filled
   */
  Object[] with(BitSet present, int background);

  /** What the parts are called; empty where their places say it. */
  List<String> names();
}
