// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

/**
 * The formula of one updater: turns gradients into updates and keeps the updater's state.
 *
 * <p>Its loops have the shape that HotSpot turns into vector instructions: plain float arrays, one
 * index for all of them, no branches. Formulas and their order of operations are those of the
 * native operations of ND4J 1.0.0-M2.1, so that results differ by rounding at most.
 */
interface UpdateRule {

  /** How many values of state each parameter has. */
  int stateCount();

  /** Fixes what is the same for all parameters of a step: learning rates, bias corrections. */
  void begin(int iteration, int epoch);

  /**
   * Turns the gradients of some parameters into their updates.
   *
   * @param values float32, one for each parameter of the network; gradients, then updates
   * @param state arrays as long as that one, at least {@link #stateCount}
   */
  void apply(float[] values, float[][] state, int from, int to);
}
