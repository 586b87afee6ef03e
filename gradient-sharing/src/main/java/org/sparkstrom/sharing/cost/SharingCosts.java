// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.cost;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * What was measured of rounds in either form of payloads: medians of one worker, or what follows
 * from those of all.
 *
 * @param computeNs forward, backward, updater and reading of rows, which the form does not change
 * @param dense whole updates as float16
 * @param threshold multiples of thresholds
 */
public record SharingCosts(long computeNs, RoundCost dense, RoundCost threshold)
    implements Serializable {

  /** Bytes that {@link #put} writes. */
  public static final int BYTES = 7 * Long.BYTES;

  public SharingCosts {
    Objects.requireNonNull(dense, "dense");
    Objects.requireNonNull(threshold, "threshold");
    if (computeNs < 0) {
      throw new IllegalArgumentException("computeNs must be at least 0, but is " + computeNs);
    }
  }

  /**
   * What rounds in step cost a fit of several workers.
   *
   * <p>All wait for the slowest, so its computing and its codec are the fit's. Who waits least is
   * the one that the others wait for: what it waits is the link's time alone.
   *
   * @throws IllegalArgumentException if there is no worker
   */
  public static SharingCosts ofAll(Collection<SharingCosts> workers) {
    if (workers.isEmpty()) {
      throw new IllegalArgumentException("costs must be of at least one worker, but are of none");
    }
    return new SharingCosts(
        most(workers, SharingCosts::computeNs),
        new RoundCost(
            most(workers, worker -> worker.dense.codecNs()),
            least(workers, worker -> worker.dense.linkNs()),
            most(workers, worker -> worker.dense.payloadBytes())),
        new RoundCost(
            most(workers, worker -> worker.threshold.codecNs()),
            least(workers, worker -> worker.threshold.linkNs()),
            most(workers, worker -> worker.threshold.payloadBytes())));
  }

  private static long most(Collection<SharingCosts> workers, ToLongFunction<SharingCosts> figure) {
    return workers.stream().mapToLong(figure).max().orElseThrow();
  }

  private static long least(Collection<SharingCosts> workers, ToLongFunction<SharingCosts> figure) {
    return workers.stream().mapToLong(figure).min().orElseThrow();
  }

  /** Writes these costs: seven int64. */
  public void put(ByteBuffer out) {
    out.putLong(computeNs);
    put(dense, out);
    put(threshold, out);
  }

  private static void put(RoundCost cost, ByteBuffer out) {
    out.putLong(cost.codecNs()).putLong(cost.linkNs()).putLong(cost.payloadBytes());
  }

  /**
   * Reads what {@link #put} has written.
   *
   * @param in with at least {@link #BYTES} remaining
   * @throws IllegalArgumentException if a figure is negative
   */
  public static SharingCosts of(ByteBuffer in) {
    return new SharingCosts(in.getLong(), cost(in), cost(in));
  }

  private static RoundCost cost(ByteBuffer in) {
    return new RoundCost(in.getLong(), in.getLong(), in.getLong());
  }
}
