// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.cost;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.sparkstrom.sharing.codec.Quantizer;

/**
 * The way of sharing that was chosen for the rest of a fit, and the figures that it follows from.
 *
 * <p>Times differ from run to run, so the next fit may choose otherwise: whoever wants it repeated
 * sets quantizer and local steps to those that stand here.
 *
 * @param quantizer {@link Quantizer#FLOAT16} or {@link Quantizer#THRESHOLD}
 * @param localSteps steps of a worker in a round
 * @param round the first round that is shared so, counted from 0; that of the fit, unless the trial
 *     had to begin anew, which sets the count back to the end of the density's warm-up
 * @param costs what was measured, over all workers
 */
public record ModeChoice(Quantizer quantizer, int localSteps, long round, SharingCosts costs)
    implements Serializable {

  /** Bytes that {@link #put} writes. */
  public static final int BYTES = 1 + Integer.BYTES + Long.BYTES + SharingCosts.BYTES;

  private static final double NS_PER_MS = 1e6;
  private static final double BYTES_PER_MB = 1e6;

  public ModeChoice {
    Objects.requireNonNull(costs, "costs");
    if (quantizer != Quantizer.FLOAT16 && quantizer != Quantizer.THRESHOLD) {
      throw new IllegalArgumentException(
          "a choice must be FLOAT16 or THRESHOLD, but is " + quantizer);
    }
    if (localSteps < 1 || round < 0) {
      throw new IllegalArgumentException(
          "localSteps must be at least 1 and round at least 0, but are %d and %d"
              .formatted(localSteps, round));
    }
  }

  /** What was chosen and why, in one line. */
  public String describe() {
    CostModel model = new CostModel(costs);
    OptionalDouble rate = model.bytesPerSecond();
    return String.format(
        Locale.ROOT,
        "%s with localSteps = %d from round %d on: %.3f times a dense float16 step; computing %.3f ms, FLOAT16 %s, THRESHOLD %s, latency %.3f ms, %s",
        quantizer,
        localSteps,
        round,
        model.timeOverDense(this),
        costs.computeNs() / NS_PER_MS,
        describe(costs.dense()),
        describe(costs.threshold()),
        model.latencyNs() / NS_PER_MS,
        rate.isPresent()
            ? String.format(Locale.ROOT, "%.1f MB/s", rate.getAsDouble() / BYTES_PER_MB)
            : "no limit of bandwidth seen");
  }

  private static String describe(RoundCost cost) {
    return String.format(
        Locale.ROOT,
        "codec %.3f + link %.3f ms for %d bytes",
        cost.codecNs() / NS_PER_MS,
        cost.linkNs() / NS_PER_MS,
        cost.payloadBytes());
  }

  /** Writes this choice: the quantizer's code (int8), local steps (int32), round (int64), costs. */
  public void put(ByteBuffer out) {
    out.put((byte) quantizer.code()).putInt(localSteps).putLong(round);
    costs.put(out);
  }

  /**
   * Reads what {@link #put} has written.
   *
   * @param in with at least {@link #BYTES} remaining
   * @throws IllegalArgumentException if it is no choice
   */
  public static ModeChoice of(ByteBuffer in) {
    return new ModeChoice(
        Quantizer.ofCode(in.get()), in.getInt(), in.getLong(), SharingCosts.of(in));
  }
}
