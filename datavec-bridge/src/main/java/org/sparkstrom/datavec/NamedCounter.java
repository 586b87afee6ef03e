// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * One accumulator of Spark under a name, made when it is first needed, and anew for another name or
 * SparkContext: what a stage and its copies count in. Thread-safe.
 */
final class NamedCounter {
  private SparkContext context;
  private String name = "";
  private LongAccumulator accumulator;

  /** The accumulator of this name. */
  synchronized LongAccumulator in(SparkContext context, String name) {
    if (this.context != context || !this.name.equals(name)) {
      this.accumulator = context.longAccumulator(name);
      this.context = context;
      this.name = name;
    }
    return accumulator;
  }

  /** What was counted under this name; 0 when nothing was. */
  synchronized long value(String name) {
    return this.name.equals(name) && accumulator != null ? accumulator.value() : 0;
  }
}
