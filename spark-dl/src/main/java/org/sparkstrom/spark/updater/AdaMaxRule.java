// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.AdaMax;

/** Kingma and Ba, "Adam: a method for stochastic optimization", 2015, section 7.1. */
final class AdaMaxRule implements UpdateRule {
  private static final float LEAST = 1e-32f;

  private final AdaMax config;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private float step;

  AdaMaxRule(AdaMax config) {
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
    float rate = (float) config.getLearningRate(iteration, epoch);
    float corrected = (float) (rate / (1.0 - BiasCorrection.power(beta1, iteration)));
    step = BiasCorrection.usable(corrected) ? corrected : epsilon;
  }

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float[] mean = state[0];
    float[] norm = state[1];
    float beta1 = this.beta1;
    float beta2 = this.beta2;
    float rest1 = 1 - beta1;
    float step = this.step;
    for (int i = from; i < to; i++) {
      float gradient = values[i];
      float m = beta1 * mean[i] + gradient * rest1;
      float u = Math.max(beta2 * norm[i], Math.abs(gradient)) + LEAST;
      mean[i] = m;
      norm[i] = u;
      values[i] = m * step / u;
    }
  }
}
