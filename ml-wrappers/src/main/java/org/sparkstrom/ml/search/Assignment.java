// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

/**
 * What is to be done next: to train a candidate up to a rung.
 *
 * @param trial number of the candidate
 * @param rung how far: each rung above 0 has {@code reductionFactor} times the resource of the one
 *     below
 */
record Assignment(int trial, int rung) {}
