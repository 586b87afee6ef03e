// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.List;

/** The rows around one row that the model is asked about; takes the answers and explains. */
interface Neighborhood {

  /** Number of samples; at least 1. Sample 0 is the row itself. */
  int size();

  /** The values of the explained columns in a sample. */
  Object[] sample(int number);

  /**
   * Takes what the model says of a sample; each once, in their order.
   *
   * @param targets as many numbers for each sample
   */
  void answer(int number, double[] targets);

  /** The explanation, once all samples are answered. */
  Explanation explanation();

  /** What the parts are called, one each; empty where their places say it. */
  List<String> partNames();
}
