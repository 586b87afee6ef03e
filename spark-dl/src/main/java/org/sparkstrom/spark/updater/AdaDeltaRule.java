// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.AdaDelta;

/** Zeiler, "ADADELTA: an adaptive learning rate method", 2012. */
final class AdaDeltaRule implements UpdateRule {
  private final float rho;
  private final float epsilon;

  AdaDeltaRule(AdaDelta config) {
    rho = (float) config.getRho();
    epsilon = (float) config.getEpsilon();
  }

  @Override
  public int stateCount() {
    return 2;
  }

  @Override
  public void begin(int iteration, int epoch) {}

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float[] gradients = state[0];
    float[] updates = state[1];
    float rho = this.rho;
    float rest = 1 - rho;
    float epsilon = this.epsilon;
    for (int i = from; i < to; i++) {
      float gradient = values[i];
      float g = rho * gradients[i] + gradient * gradient * rest;
      float x = updates[i];
      float update = gradient * ((float) Math.sqrt(x + epsilon) / (float) Math.sqrt(g + epsilon));
      gradients[i] = g;
      updates[i] = rho * x + update * update * rest;
      values[i] = update;
    }
  }
}
