// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.function.LongSupplier;

/**
 * Splits a worker's time into the parts of its rounds.
 *
 * <p>Each call ends one part and begins the next, so no time is counted twice or left out. Not
 * thread-safe.
 */
final class RoundStopwatch {
  private final LongSupplier nanoClock;
  private long lastNs;
  private long computeNs;
  private long encodeNs;
  private long waitNs;
  private long applyNs;

  RoundStopwatch(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.lastNs = nanoClock.getAsLong();
  }

  void computed() {
    computeNs += lap();
  }

  void encoded() {
    encodeNs += lap();
  }

  void waited() {
    waitNs += lap();
  }

  void applied() {
    applyNs += lap();
  }

  RoundTimes times() {
    return new RoundTimes(computeNs, encodeNs, waitNs, applyNs);
  }

  private long lap() {
    long nowNs = nanoClock.getAsLong();
    long elapsedNs = nowNs - lastNs;
    lastNs = nowNs;
    return elapsedNs;
  }
}
