// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.List;
import java.util.Locale;
import org.sparkstrom.sharing.round.ExchangeCounters;

/**
 * One fit and what it has come to.
 *
 * @param mode how updates were shared
 * @param seed of weights, rows and their order
 * @param accuracy share of the held-out rows that the network recognizes
 * @param rounds rounds of each worker
 * @param bytesSent bytes of sealed frames, over all workers and peers
 * @param denseBytes what the same rounds would take as float32, without headers
 * @param frameNonZeros entries in all frames that were sent; each frame goes to every peer
 * @param seconds wall time of the training
 */
record Run(
    SharingMode mode,
    long seed,
    double accuracy,
    long rounds,
    long bytesSent,
    long denseBytes,
    long frameNonZeros,
    double seconds) {

  /** The run of a fit with these counters, one a worker. */
  static Run of(
      SharingMode mode,
      long seed,
      double accuracy,
      List<ExchangeCounters> counters,
      double seconds) {
    long peers = counters.size() - 1L;
    return new Run(
        mode,
        seed,
        accuracy,
        counters.get(0).rounds(),
        counters.stream().mapToLong(ExchangeCounters::bytesSent).sum(),
        counters.stream().mapToLong(ExchangeCounters::denseBytes).sum(),
        counters.stream().mapToLong(ExchangeCounters::nonZeros).sum() * peers,
        seconds);
  }

  /** How many times fewer bytes than float32. */
  double bytesRatio() {
    return (double) denseBytes / bytesSent;
  }

  /** Bits for each entry that was sent, all headers included. */
  double bitsPerNonZero() {
    return 8.0 * bytesSent / frameNonZeros;
  }

  /** The run as one line for people. */
  String toLine() {
    return String.format(
        Locale.ROOT,
        "seed %-3d %-9s  accuracy %6.2f%%  sent %,15d B  float32 %,15d B  ratio %7.1f"
            + "  %5.2f bits/non-zero  %d rounds  %.0f s",
        seed,
        mode.label(),
        100 * accuracy,
        bytesSent,
        denseBytes,
        bytesRatio(),
        bitsPerNonZero(),
        rounds,
        seconds);
  }
}
