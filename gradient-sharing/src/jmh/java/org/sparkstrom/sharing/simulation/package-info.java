// SPDX-License-Identifier: Apache-2.0
/**
 * Clusters of up to 256 workers in one process and virtual time, for choices that no test machine
 * can decide.
 *
 * <p>{@code scripts/bench simulate} starts {@link org.sparkstrom.sharing.simulation.Simulate}. The
 * round code and the codec are the real ones; the clock, the network and the processors are not.
 */
package org.sparkstrom.sharing.simulation;
