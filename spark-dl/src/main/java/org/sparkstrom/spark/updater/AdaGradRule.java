// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.AdaGrad;

/** Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning", 2011. */
final class AdaGradRule implements UpdateRule {
  private final AdaGrad config;
  private final float epsilon;
  private float rate;

  AdaGradRule(AdaGrad config) {
    this.config = config;
    epsilon = (float) config.getEpsilon();
  }

  @Override
  public int stateCount() {
    return 1;
  }

  @Override
  public void begin(int iteration, int epoch) {
    rate = (float) config.getLearningRate(iteration, epoch);
  }

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float[] history = state[0];
    float rate = this.rate;
    float epsilon = this.epsilon;
    for (int i = from; i < to; i++) {
      float gradient = values[i];
      float h = history[i] + gradient * gradient;
      history[i] = h;
      values[i] = (rate * gradient) / ((float) Math.sqrt(h) + epsilon);
    }
  }
}
