// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.RmsProp;

/** Tieleman and Hinton, "Lecture 6.5: rmsprop", 2012. */
final class RmsPropRule implements UpdateRule {
  private final RmsProp config;
  private final float decay;
  private final float epsilon;
  private float rate;

  RmsPropRule(RmsProp config) {
    this.config = config;
    decay = (float) config.getRmsDecay();
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
    float[] square = state[0];
    float decay = this.decay;
    float rest = 1 - decay;
    float rate = this.rate;
    float epsilon = this.epsilon;
    for (int i = from; i < to; i++) {
      float gradient = values[i];
      float s = square[i] * decay + gradient * gradient * rest;
      square[i] = s;
      values[i] = (rate * gradient) / ((float) Math.sqrt(s) + epsilon);
    }
  }
}
