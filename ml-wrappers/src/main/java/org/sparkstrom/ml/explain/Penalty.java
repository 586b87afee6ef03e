// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.Locale;

/** What a surrogate pays for large coefficients. */
enum Penalty {
  /** Half their squares: all are small. */
  RIDGE,
  /** Their absolute values: many are 0. */
  LASSO;

  /** The name as Params write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
