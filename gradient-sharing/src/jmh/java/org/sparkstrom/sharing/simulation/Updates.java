// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Random;

/** Makes the updates that workers share. */
interface Updates {

  /** Fills in the update of a worker in a round; the same arguments give the same update. */
  void fill(int worker, long round, float[] update);

  /**
   * What a parameter's residual is after many rounds, in thresholds, in (-1, 1). By default that of
   * a walk without direction between two bounds, where it starts again at 0.
   */
  default double residual(int parameter, Random random) {
    double one = random.nextDouble();
    double other = random.nextDouble();
    return one - other;
  }

  /**
   * Updates as training makes them, in four respects: scales differ by parameter over orders of
   * magnitude; part of each update is common to all workers and changes slowly; the rest is each
   * worker's own noise; and momentum lets that persist for some rounds.
   *
   * @param length parameters
   * @param common share of the variance that all workers have in common
   */
  static Updates training(int length, double common, long seed) {
    return new TrainingUpdates(length, common, seed);
  }

  /**
   * The worst case for regions: all workers have the same update in all rounds, so that no entry
   * cancels another and each level passes on what it gets.
   */
  static Updates agreeing(int length, long seed) {
    float[] constant = new float[length];
    training(length, 1, seed).fill(0, 0, constant);
    return new Updates() {
      @Override
      public void fill(int worker, long round, float[] update) {
        System.arraycopy(constant, 0, update, 0, length);
      }

      @Override
      public double residual(int parameter, Random random) {
        return Math.copySign(random.nextDouble(), constant[parameter]);
      }
    };
  }
}
