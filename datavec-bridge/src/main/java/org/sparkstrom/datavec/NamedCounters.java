// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Accumulators of Spark by their names, made when they are first needed, and anew for another
 * SparkContext: what a stage and its copies count in. Thread-safe.
 */
final class NamedCounters {
  private final Map<String, LongAccumulator> accumulators = new HashMap<>();
  private SparkContext context;

  /** The accumulator of this name. */
  synchronized LongAccumulator in(SparkContext context, String name) {
    if (this.context != context) {
      accumulators.clear();
      this.context = context;
    }
    return accumulators.computeIfAbsent(name, context::longAccumulator);
  }

  /** What was counted under this name; 0 when nothing was. */
  synchronized long value(String name) {
    LongAccumulator accumulator = accumulators.get(name);
    return accumulator == null ? 0 : accumulator.value();
  }
}
