// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Threshold;

/**
 * Decides the thresholds of the next round from what all workers sent in the rounds before.
 *
 * <p>It sees global counts alone, which every replica has, and computes with operations that no JVM
 * may round differently. So all replicas always use the same thresholds.
 *
 * <p>Not thread-safe.
 */
public final class ThresholdController {
  private final ThresholdPolicy policy;
  private final byte[] exponents;
  private final DensityWindow[] windows;
  private long round;

  /** Starts before the first round; each round is encoded once the one before is over. */
  public ThresholdController(ThresholdPolicy policy, BlockLayout layout) {
    this(policy, layout, 0);
  }

  /**
   * Starts before the first round.
   *
   * @param roundsInFlight rounds that are encoded before the one is over that decides
   */
  public ThresholdController(ThresholdPolicy policy, BlockLayout layout, int roundsInFlight) {
    this.policy = Objects.requireNonNull(policy, "policy");
    this.exponents = new byte[layout.blockCount()];
    this.windows = new DensityWindow[layout.blockCount()];
    Arrays.fill(exponents, (byte) policy.initialExponent());
    Arrays.setAll(windows, block -> new DensityWindow(layout.length(block), roundsInFlight));
  }

  /**
   * Copies the exponents of the next round's thresholds.
   *
   * @param out byte [blockCount]
   */
  public void exponents(byte[] out) {
    System.arraycopy(exponents, 0, out, 0, exponents.length);
  }

  /** Bytes that {@link #save} writes. */
  public int stateBytes() {
    return Long.BYTES + exponents.length * (1 + DensityWindow.STATE_BYTES);
  }

  /**
   * Writes all that the next rounds' thresholds depend on, for a replica that comes later.
   *
   * @param out little-endian, with {@link #stateBytes()} remaining
   */
  public void save(ByteBuffer out) {
    out.putLong(round).put(exponents);
    for (DensityWindow window : windows) {
      window.save(out);
    }
  }

  /**
   * Goes on where the controller stood that wrote the state, of the same policy and layout.
   *
   * @param in little-endian, with {@link #stateBytes()} remaining
   */
  public void restore(ByteBuffer in) {
    round = in.getLong();
    in.get(exponents);
    for (DensityWindow window : windows) {
      window.restore(in);
    }
  }

  /**
   * Takes note of a round that is over.
   *
   * @param nonZeros entries sent in each block, over all workers
   * @param workers number of workers
   */
  public void onRound(long[] nonZeros, int workers) {
    OptionalDouble density = policy.wantedDensity(round);
    if (density.isPresent()) {
      for (int block = 0; block < exponents.length; block++) {
        int steps = windows[block].steps(nonZeros[block], density.getAsDouble(), workers);
        exponents[block] = (byte) Threshold.clampExponent(exponents[block] + steps);
      }
    }
    round++;
  }
}
