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
   */
  void apply(float[] values, int count, float[] bias) {
    for (int row = 0; row < count; row += bias.length) {
      switch (this) {
        case IDENTITY -> shift(values, row, bias);
        case RELU -> rectify(values, row, bias);
        case SOFTMAX -> {
          float total = exponentiate(values, row, bias);
          for (int i = 0; i < bias.length; i++) {
            values[row + i] /= total;
          }
        }
      }
    }
  }

  private static void shift(float[] values, int row, float[] bias) {
    for (int i = 0; i < bias.length; i++) {
      values[row + i] += bias[i];
    }
  }

  private static void rectify(float[] values, int row, float[] bias) {
    for (int i = 0; i < bias.length; i++) {
      values[row + i] = Math.max(values[row + i] + bias[i], 0f);
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
