// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

/** Leaves gradients as they are: DL4J's NoOp, which frozen layers have. */
final class NoUpdateRule implements UpdateRule {

  @Override
  public int stateCount() {
    return 0;
  }

  @Override
  public void begin(int iteration, int epoch) {}

  @Override
  public void apply(float[] values, float[][] state, int from, int to) {}
}
