// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.bench;

import java.util.Random;

/**
 * Updates that cross a threshold at a steady rate, so that every call of a benchmark does the same.
 *
 * <p>Each entry grows by a rate of its own towards its sign and has a random residual to begin
 * with, so which entries cross in a round is as good as independent, about {@code density} of them.
 */
final class SteadyUpdates {
  private static final long SEED = 20_261_125;

  private SteadyUpdates() {}

  /** float32 [length] with a mean magnitude of {@code tau * density}. */
  static float[] update(int length, double density, float tau) {
    Random random = new Random(SEED);
    float[] update = new float[length];
    for (int i = 0; i < length; i++) {
      float magnitude = (float) (2 * density * tau * random.nextDouble());
      update[i] = random.nextBoolean() ? magnitude : -magnitude;
    }
    return update;
  }

  /** The residuals to begin with: uniform below the threshold, with the signs of the updates. */
  static float[] residual(float[] update, float tau) {
    Random random = new Random(SEED + 1);
    float[] residual = new float[update.length];
    for (int i = 0; i < residual.length; i++) {
      residual[i] = Math.copySign(tau * random.nextFloat(), update[i]);
    }
    return residual;
  }
}
