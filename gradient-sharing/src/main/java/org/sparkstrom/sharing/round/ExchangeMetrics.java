// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.List;

/**
 * How one worker's exchange is doing, for others to show.
 *
 * @param counters what it has done so far
 * @param framesSent frames handed to the transport, one for each peer and update
 * @param times where the time has gone
 * @param blocks the blocks of the layout in the last round; empty before the first
 * @param residualNorm Euclidean norm of what was produced and not yet sent
 */
public record ExchangeMetrics(
    ExchangeCounters counters,
    long framesSent,
    RoundTimes times,
    List<BlockMetrics> blocks,
    double residualNorm) {

  public ExchangeMetrics {
    blocks = List.copyOf(blocks);
  }
}
