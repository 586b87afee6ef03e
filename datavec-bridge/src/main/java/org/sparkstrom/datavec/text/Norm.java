// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

/** The length that a vector is brought to. */
enum Norm {
  NONE,
  /** The absolute values sum to 1. */
  L1,
  /** The squares sum to 1. */
  L2;

  /** Divides the values by their length; a vector of zeros stays. */
  void apply(double[] values) {
    double length = 0;
    for (double value : values) {
      length += this == L2 ? value * value : Math.abs(value);
    }
    length = this == L2 ? Math.sqrt(length) : length;
    if (this == NONE || length == 0) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= length;
    }
  }
}
