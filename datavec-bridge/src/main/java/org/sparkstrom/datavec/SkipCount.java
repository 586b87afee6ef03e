// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.Serializable;
import org.apache.spark.util.LongAccumulator;

/** Where tasks count the rows that they leave out: in an accumulator of Spark, or nowhere. */
interface SkipCount extends Serializable {
  /** Counts nothing. */
  SkipCount NONE = new Nowhere();

  /** One row was left out. */
  void add();

  static SkipCount in(LongAccumulator counter) {
    return new InAccumulator(counter);
  }

  /** Counts nothing. */
  record Nowhere() implements SkipCount {
    @Override
    public void add() {}
  }

  /** Counts in an accumulator. */
  record InAccumulator(LongAccumulator counter) implements SkipCount {
    @Override
    public void add() {
      counter.add(1L);
    }
  }
}
