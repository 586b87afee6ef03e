// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Activation functions that direct layers compute, with the bias before them, in one pass. */
enum KnownActivation {
  IDENTITY,
  RELU,
  SOFTMAX;

  /** DL4J's function as one of these; empty if it is none, or a variant of one. */
  static Optional<KnownActivation> of(IActivation function) {
    if (function.getClass() == ActivationIdentity.class) {
      return Optional.of(IDENTITY);
    }
    if (function.getClass() == ActivationSoftmax.class) {
      return Optional.of(SOFTMAX);
    }
    boolean rectified =
        function.getClass() == ActivationReLU.class
            && function instanceof ActivationReLU relu
            && relu.getMax() == null
            && relu.getThreshold() == null
            && relu.getNegativeSlope() == null;
    return rectified ? Optional.of(RELU) : Optional.empty();
  }

  /**
   * Adds the bias to sums and applies this function.
   *
   * @param values whole rows of as many values as the bias has
   * @param count number of values that are changed, from the first on
   * @param repeated the bias once for each row at least: loops over two arrays become SIMD
   *     instructions only where both are accessed at the same index
   */
  void apply(float[] values, int count, float[] bias, float[] repeated) {
    switch (this) {
      case IDENTITY -> shift(values, count, repeated);
      case RELU -> rectify(values, count, repeated);
      case SOFTMAX -> normalize(values, count, bias);
    }
  }

  /**
   * Repeats a bias.
   *
   * @param length how often it is repeated, times its length
   * @param repeated where to, if it is of that length
   */
  static float[] repeat(float[] bias, int length, float[] repeated) {
    float[] all = repeated.length == length ? repeated : new float[length];
    for (int row = 0; row < length; row += bias.length) {
      System.arraycopy(bias, 0, all, row, bias.length);
    }
    return all;
  }

  private static void shift(float[] values, int count, float[] repeated) {
    for (int i = 0; i < count; i++) {
      values[i] += repeated[i];
    }
  }

  private static void rectify(float[] values, int count, float[] repeated) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(values[i] + repeated[i], 0f);
    }
  }

  private static void normalize(float[] values, int count, float[] bias) {
    for (int row = 0; row < count; row += bias.length) {
      float total = exponentiate(values, row, bias);
      for (int i = row; i < row + bias.length; i++) {
        values[i] /= total;
      }
    }
  }

  /** Makes of a row's sums, with the bias, what softmax divides by its total, and returns that. */
  static float exponentiate(float[] values, int row, float[] bias) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < bias.length; i++) {
      values[row + i] += bias[i];
      largest = Math.max(largest, values[row + i]);
    }
    float total = 0;
    for (int i = 0; i < bias.length; i++) {
      float power = (float) Math.exp(values[row + i] - largest);
      values[row + i] = power;
      total += power;
    }
    return total;
  }
}
