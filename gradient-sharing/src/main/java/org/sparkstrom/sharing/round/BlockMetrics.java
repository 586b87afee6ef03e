// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/**
 * One block of the update in the last round.
 *
 * @param density share of its entries that was sent, the mean over the workers that are counted
 * @param threshold the step in which it was sent; 0 where updates are sent whole
 */
public record BlockMetrics(double density, float threshold) {}
