// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

/** The step size of Adam and AMSGrad, in which the corrections for their zero start are. */
final class BiasCorrection {

  private BiasCorrection() {}

  /**
   * The step size of an iteration, 0-based. Like ND4J, epsilon where it is not a positive number.
   */
  static float step(float rate, float beta1, float beta2, float epsilon, int iteration) {
    float root = (float) Math.sqrt((float) (1.0 - power(beta2, iteration)));
    float step = (float) (rate * root / (1.0 - power(beta1, iteration)));
    return usable(step) ? step : epsilon;
  }

  /** beta to the power of the number of steps, this one included. */
  static float power(float beta, int iteration) {
    return (float) Math.pow(beta, (float) iteration + 1);
  }

  static boolean usable(float step) {
    return Float.isFinite(step) && step != 0;
  }
}
