// SPDX-License-Identifier: Apache-2.0
/**
 * Who sends what to whom in a round, where not everybody sends all to everybody.
 *
 * <p>{@link org.sparkstrom.sharing.topology.Topology} is the choice, {@link
 * org.sparkstrom.sharing.topology.RegionPlan} says who talks to whom, and {@link
 * org.sparkstrom.sharing.topology.RegionRound} does the arithmetic of one worker. This package
 * knows no frame, no transport, no clock: real exchanges and simulated ones drive it alike.
 */
package org.sparkstrom.sharing.topology;
