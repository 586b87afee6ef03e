// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.Sgd;

/** Stochastic gradient descent: learning rate times gradient. */
final class SgdRule implements UpdateRule {
  private final Sgd config;
  private float rate;

  SgdRule(Sgd config) {
    this.config = config;
  }

  @Override
  public int stateCount() {
    return 0;
  }

  @Override
  public void begin(int iteration, int epoch) {
    rate = (float) config.getLearningRate(iteration, epoch);
  }

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float rate = this.rate;
    for (int i = from; i < to; i++) {
      values[i] = values[i] * rate;
    }
  }
}
