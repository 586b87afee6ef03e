// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.Adam;

/**
 * Kingma and Ba, "Adam: a method for stochastic optimization", 2015, in the form of its section 2:
 * both bias corrections are in the step size, so epsilon is added to the uncorrected root.
 */
final class AdamRule implements UpdateRule {
  private final Adam config;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private float step;

  AdamRule(Adam config) {
    this.config = config;
    beta1 = (float) config.getBeta1();
    beta2 = (float) config.getBeta2();
    epsilon = (float) config.getEpsilon();
  }

  @Override
  public int stateCount() {
    return 2;
  }

  @Override
  public void begin(int iteration, int epoch) {
    step =
        BiasCorrection.step(
            (float) config.getLearningRate(iteration, epoch), beta1, beta2, epsilon, iteration);
  }

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float[] mean = state[0];
    float[] square = state[1];
    float beta1 = this.beta1;
    float beta2 = this.beta2;
    float rest1 = 1 - beta1;
    float rest2 = 1 - beta2;
    float step = this.step;
    float epsilon = this.epsilon;
    for (int i = from; i < to; i++) {
      float gradient = values[i];
      float m = beta1 * mean[i] + gradient * rest1;
      float v = beta2 * square[i] + gradient * gradient * rest2;
      mean[i] = m;
      square[i] = v;
      values[i] = (m * step) / ((float) Math.sqrt(v) + epsilon);
    }
  }
}
