// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Random;

/** See {@link Updates#training}. Made from hashes, so that no worker needs an array of its own. */
final class TrainingUpdates implements Updates {
  /** Rounds that the common signal keeps its direction. */
  private static final int SIGNAL_ROUNDS = 64;

  /** Rounds that a worker's noise persists, as with momentum 0.9. */
  private static final int NOISE_ROUNDS = 10;

  private final float[] scales;
  private final float[] signal;
  private final double common;
  private final long seed;
  private long signalEpoch = -1;

  TrainingUpdates(int length, double common, long seed) {
    this.scales = new float[length];
    this.signal = new float[length];
    this.common = common;
    this.seed = seed;
    Random random = new Random(seed);
    for (int i = 0; i < length; i++) {
      scales[i] = (float) Math.exp(random.nextGaussian());
    }
  }

  @Override
  public void fill(int worker, long round, float[] update) {
    moveSignal(round / SIGNAL_ROUNDS);
    float own = (float) Math.sqrt(1 - common);
    long key = mix(seed ^ mix(worker + 1 + 10_000 * (round / NOISE_ROUNDS + 1)));
    for (int i = 0; i < update.length; i++) {
      update[i] = signal[i] + own * scales[i] * gaussian(mix(key + i));
    }
  }

  private void moveSignal(long epoch) {
    if (epoch != signalEpoch) {
      signalEpoch = epoch;
      float share = (float) Math.sqrt(common);
      long key = mix(~seed ^ mix(epoch));
      for (int i = 0; i < signal.length; i++) {
        signal[i] = share * scales[i] * gaussian(mix(key + i));
      }
    }
  }

  /** Ones among 64 random bits are as good as Gaussian; a 16-bit fraction smooths the steps. */
  private static float gaussian(long bits) {
    float fraction = (((bits * 0x9E3779B97F4A7C15L) >>> 48) - 32_768) / 65_536f;
    return (Long.bitCount(bits) - 32 + fraction) / 4;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
