// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.Locale;
import org.sparkstrom.datavec.column.ParamRules;

/** The strategies, as the Param {@code strategy} names them in lower case. */
enum StrategyKind {
  EXHAUSTIVE,
  SUCCESSIVE_HALVING,
  HYPERBAND,
  ASHA;

  /** The strategy that a Param's value names. */
  static StrategyKind of(String word) {
    return ParamRules.named("strategy", values(), StrategyKind::word, word);
  }

  /** Its name as a Param has it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A strategy for so many candidates; {@code rungCount} is 1 for EXHAUSTIVE. */
  SearchStrategy over(int candidates, int rungCount, int factor) {
    return switch (this) {
      case EXHAUSTIVE -> new Exhaustive(candidates);
      case SUCCESSIVE_HALVING -> SuccessiveHalving.of(candidates, rungCount, factor);
      case HYPERBAND -> SuccessiveHalving.hyperband(candidates, rungCount, factor);
      case ASHA -> new AsynchronousHalving(candidates, rungCount, factor);
    };
  }
}
