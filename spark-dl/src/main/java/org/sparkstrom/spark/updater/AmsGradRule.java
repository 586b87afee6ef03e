// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.AMSGrad;

/** Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018. */
final class AmsGradRule implements UpdateRule {
  private final AMSGrad config;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private float step;

  AmsGradRule(AMSGrad config) {
    this.config = config;
    beta1 = (float) config.getBeta1();
    beta2 = (float) config.getBeta2();
    epsilon = (float) config.getEpsilon();
  }

  @Override
  public int stateCount() {
    return 3;
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
    float[] largest = state[2];
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
      float h = Math.max(largest[i], v);
      mean[i] = m;
      square[i] = v;
      largest[i] = h;
      values[i] = step * m / ((float) Math.sqrt(h) + epsilon);
    }
  }
}
