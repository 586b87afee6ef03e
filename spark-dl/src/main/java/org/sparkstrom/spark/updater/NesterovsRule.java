// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.learning.config.Nesterovs;

/** Momentum after Nesterov, "A method of solving a convex programming problem", 1983. */
final class NesterovsRule implements UpdateRule {
  private final Nesterovs config;
  private float rate;
  private float momentum;

  NesterovsRule(Nesterovs config) {
    this.config = config;
  }

  @Override
  public int stateCount() {
    return 1;
  }

  @Override
  public void begin(int iteration, int epoch) {
    rate = (float) config.getLearningRate(iteration, epoch);
    momentum = (float) config.currentMomentum(iteration, epoch);
  }

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {
    float[] velocity = state[0];
    float rate = this.rate;
    float momentum = this.momentum;
    float minusOneMinusMomentum = -momentum - 1;
    for (int i = from; i < to; i++) {
      float before = momentum * velocity[i];
      float now = before - rate * values[i];
      velocity[i] = now;
      values[i] = before + minusOneMinusMomentum * now;
    }
  }
}
