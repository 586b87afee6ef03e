// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.Nadam;

/** Dozat, "Incorporating Nesterov momentum into Adam", 2016; ND4J corrects the mean alone. */
final class NadamRule implements UpdateRule {
  private final Nadam config;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private float rate;
  private float correction;

  NadamRule(Nadam config) {
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
    rate = (float) config.getLearningRate(iteration, epoch);
    correction = (float) (1.0 - BiasCorrection.power(beta1, iteration));
  }

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float[] mean = state[0];
    float[] square = state[1];
    float beta1 = this.beta1;
    float beta2 = this.beta2;
    float rest1 = 1 - beta1;
    float rest2 = 1 - beta2;
    float rate = this.rate;
    float correction = this.correction;
    float epsilon = this.epsilon;
    for (int i = from; i < to; i++) {
      float gradient = values[i];
      float part = gradient * rest1;
      float m = beta1 * mean[i] + part;
      float v = beta2 * square[i] + gradient * gradient * rest2;
      mean[i] = m;
      square[i] = v;
      values[i] = (rate * ((m * beta1 + part) / correction)) / ((float) Math.sqrt(v) + epsilon);
    }
  }
}
