// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.util.Arrays;

/** Probabilities of classes from their scores. */
public final class Softmax {
  private Softmax() {}

  /** Writes the probabilities over the scores. */
  public static void inPlace(double[] scores) {
    double max = Arrays.stream(scores).max().orElse(0);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] - max);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
  }
}
