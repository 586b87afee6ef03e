// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.io.Serializable;

/**
 * What becomes of a sample v from 0 to 255 in channel c: {@code (v * scale - mean[c]) / std[c]}.
 * Immutable.
 */
final class Scaling implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] factor;
  private final double[] offset;

  private Scaling(double[] factor, double[] offset) {
    this.factor = factor;
    this.offset = offset;
  }

  /** Samples as they are. */
  static Scaling none(int channels) {
    return of(1.0, new double[0], new double[0], channels);
  }

  /**
   * A scaling.
   *
   * @param mean one value for all channels or one for each; empty is 0
   * @param std one value for all channels or one for each; empty is 1
   * @throws IllegalArgumentException when there are values for another number of channels
   */
  static Scaling of(double scale, double[] mean, double[] std, int channels) {
    double[] factor = new double[channels];
    double[] offset = new double[channels];
    double[] means = each("mean", mean, 0.0, channels);
    double[] divisors = each("std", std, 1.0, channels);
    for (int c = 0; c < channels; c++) {
      factor[c] = scale / divisors[c];
      offset[c] = -means[c] / divisors[c];
    }
    return new Scaling(factor, offset);
  }

  float apply(float sample, int channel) {
    return (float) (sample * factor[channel] + offset[channel]);
  }

  private static double[] each(String name, double[] given, double absent, int channels) {
    if (given.length > 1 && given.length != channels) {
      throw new IllegalArgumentException(
          name
              + " must have one value or one for each of the "
              + channels
              + " channels, but has "
              + given.length);
    }
    double[] each = new double[channels];
    for (int i = 0; i < channels; i++) {
      each[i] = given.length == 0 ? absent : given[given.length == 1 ? 0 : i];
    }
    return each;
  }
}
