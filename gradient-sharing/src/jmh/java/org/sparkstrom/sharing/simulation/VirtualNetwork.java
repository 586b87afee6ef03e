// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Random;

/**
 * Carries frames between nodes in virtual time. A node sends one frame after the other and receives
 * one after the other, both at once. The media drivers of both take their time.
 */
final class VirtualNetwork {
  /** Time until Aeron asks for what is missing. */
  private static final long NAK_DELAY_NS = 100_000;

  private final VirtualTime time;
  private final Link link;
  private final Processors processors;
  private final double driverNs;
  private final Random random;
  private final long[] sendFreeNs;
  private final long[] receiveFreeNs;
  private final long[] sentBytes;

  VirtualNetwork(VirtualTime time, Site site, Processors processors, int nodes, long seed) {
    this.time = time;
    this.link = site.link();
    this.processors = processors;
    this.driverNs = site.frames().driverNs();
    this.random = new Random(seed);
    this.sendFreeNs = new long[nodes];
    this.receiveFreeNs = new long[nodes];
    this.sentBytes = new long[nodes];
  }

  /** Sends a frame from a moment on, now or later, and acts when all of it has arrived. */
  void send(int from, int to, long frameBytes, long readyNs, Runnable onArrival) {
    sentBytes[from] += link.sentBytes(frameBytes);
    time.at(
        Math.max(readyNs, time.nowNs()),
        () ->
            time.at(
                processors.drive(from, driverNs), () -> leave(from, to, frameBytes, onArrival)));
  }

  private void leave(int from, int to, long frameBytes, Runnable onArrival) {
    long wireNs = link.wireNs(frameBytes);
    long startNs = Math.max(time.nowNs(), sendFreeNs[from]);
    sendFreeNs[from] = startNs + wireNs;
    long firstNs = startNs + link.latencyNs();
    time.at(firstNs, () -> receive(from, to, frameBytes, wireNs, onArrival));
  }

  private void receive(int from, int to, long frameBytes, long wireNs, Runnable onArrival) {
    long endNs = Math.max(time.nowNs(), receiveFreeNs[to]) + wireNs;
    receiveFreeNs[to] = endNs;
    time.at(
        endNs + repairNs(from, frameBytes),
        () -> time.at(processors.drive(to, driverNs), onArrival));
  }

  /** A frame is complete when the last of its lost packets has come again. */
  private long repairNs(int from, long frameBytes) {
    long delayNs = 0;
    double lost = link.packets(frameBytes) * link.loss();
    while (lost > 0 && random.nextDouble() < 1 - Math.exp(-lost)) {
      delayNs += NAK_DELAY_NS + 2 * link.latencyNs() + link.wireNs(link.packetBytes());
      sentBytes[from] += link.sentBytes(link.packetBytes());
      lost *= link.loss();
    }
    return delayNs;
  }

  long sentBytes(int node) {
    return sentBytes[node];
  }
}
