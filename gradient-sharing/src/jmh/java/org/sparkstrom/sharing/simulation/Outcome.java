// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

/**
 * What some rounds have come to.
 *
 * @param roundNs mean time of a round
 * @param sentBytes mean bytes that a worker has sent in a round, as its adapter counts them
 * @param driverBytes bytes that the driver has sent in all
 */
record Outcome(double roundNs, double sentBytes, long driverBytes) {

  double efficiency(double computeMs) {
    return computeMs * 1e6 / roundNs;
  }
}
