// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Sets of samples by the number of parts that they are over. Rows with as many parts share one, so
 * that its linear algebra is done once per task; the last few are kept. Thread-safe, as Spark reads
 * what it hands to Python in a thread of its own.
 *
 * @param <D> the set
 */
final class Designs<D> implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int KEPT = 16;

  /** Makes the set for a number of parts, the same in each task. */
  interface Maker<D> extends IntFunction<D>, Serializable {}

  private final Maker<D> maker;
  private transient Map<Integer, D> made; // made in the task

  Designs(Maker<D> maker) {
    this.maker = maker;
  }

  synchronized D of(int parts) {
    if (made == null) {
      made = new LinkedHashMap<>();
    }
    D design = made.get(parts);
    if (design == null) {
      if (made.size() == KEPT) {
        made.remove(made.keySet().iterator().next());
      }
      design = maker.apply(parts);
      made.put(parts, design);
    }
    return design;
  }
}
