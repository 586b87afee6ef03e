// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.SparseUpdate;

/**
 * Parameters that do not depend on the order in which updates arrive: base - step * sum, with one
 * integer sum for each parameter.
 *
 * <p>A float32 sum depends on the order of its terms, so replicas that apply frames as they come
 * would drift apart. Thresholds are powers of two, hence whole multiples of one small quantum, and
 * integers add up to the same in any order. Parameters are computed anew from the sums, never from
 * parameters, so replicas that have taken the same updates hold the same bits.
 *
 * <p>Not thread-safe.
 */
final class ParameterLattice {
  /**
   * The quantum is 2 to this power, about 2e-7. A sum of 31 bits then reaches 512 times the number
   * of workers for the aggregation MEAN, and no threshold that training uses is below.
   */
  static final int QUANTUM_EXPONENT = -22;

  private final BlockLayout layout;
  private final float[] base;
  private final int[] sums;
  private final double step;

  /**
   * Starts with sums of zero.
   *
   * @param parameters float32 [parameterCount], the same on all replicas
   * @param scale what the sum of the updates is multiplied with
   */
  ParameterLattice(BlockLayout layout, float[] parameters, double scale) {
    this.layout = layout;
    this.base = parameters.clone();
    this.sums = new int[parameters.length];
    this.step = Math.scalb(scale, QUANTUM_EXPONENT);
  }

  /** Adds an update whose thresholds are multiples of the quantum. */
  void add(SparseUpdate update) {
    update.forEach(
        (block, parameter, k) -> {
          long sum = sums[parameter] + ((long) k << (update.exponent(block) - QUANTUM_EXPONENT));
          if (sum != (int) sum) {
            throw new RoundFailedException(
                "the updates of a parameter must add up to less than "
                    + Math.scalb(1.0, Integer.SIZE - 1 + QUANTUM_EXPONENT)
                    + " over all workers, but entry "
                    + (parameter - layout.offset(block))
                    + " of block "
                    + block
                    + " reached "
                    + Math.scalb((double) sum, QUANTUM_EXPONENT)
                    + ". Training has diverged: lower the learning rate, or share in step");
          }
          sums[parameter] = (int) sum;
        });
  }

  /** Writes the parameters, float32 [parameterCount]. */
  void writeTo(float[] parameters) {
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (base[i] - step * sums[i]);
    }
  }
}
