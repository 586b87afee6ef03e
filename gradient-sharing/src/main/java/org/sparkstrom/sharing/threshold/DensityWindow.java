// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.nio.ByteBuffer;

/**
 * What one block has sent since its threshold last moved, and whether that calls for a move.
 *
 * <p>The density answers to a move late and wildly. A lower threshold sends at once all that has
 * waited between the new one and the old, which may be half of the block; a higher one sends next
 * to nothing until the residuals have grown. A controller that answers to either swings for ever
 * between silence and bursts. Hence:
 *
 * <ul>
 *   <li>the average since the last move counts, not the last round, and the burst after a step down
 *       is left out of it; old rounds are forgotten by halves;
 *   <li>rounds that were encoded before a move takes effect are left out, or it would be made again
 *       for each of them;
 *   <li>until the threshold has first been too low, it is searched for quickly;
 *   <li>from then on a step down is a single one and takes the evidence of 1 / (4 * density)
 *       rounds: an entry is due every 1 / density rounds, so before that silence means little, and
 *       bursts that far apart raise the density to a small multiple of the wanted one at worst.
 * </ul>
 */
final class DensityWindow {
  /** Bytes that {@link #save} writes. */
  static final int STATE_BYTES = 1 + Integer.BYTES + 2 * Double.BYTES;

  private static final int MIN_PATIENCE_ROUNDS = 8;
  private static final int SETTLING_ROUNDS = 1;
  private static final int NOISE_ENTRIES = 8;
  private static final int MIN_ENTRIES = 4;
  private static final int MAX_STEPS = 3;

  private final int blockLength;
  private final int roundsInFlight;
  private boolean searching = true;

  /** Rounds in the average; up to zero while the threshold settles after a step. */
  private int rounds;

  private double sent;
  private double wanted;

  DensityWindow(int blockLength, int roundsInFlight) {
    this.blockLength = blockLength;
    this.roundsInFlight = roundsInFlight;
  }

  /**
   * Takes note of a round and tells how many powers of two the threshold should move.
   *
   * @param sentEntries entries sent by all workers in this round
   * @param density share of its entries that a worker should have sent
   * @param workers number of workers
   */
  int steps(long sentEntries, double density, int workers) {
    rounds++;
    if (rounds <= 0) {
      return 0;
    }
    double share = share(density);
    int patienceRounds = searching ? MIN_PATIENCE_ROUNDS : patienceRounds(share);
    sent += sentEntries;
    wanted += share * blockLength * workers;
    int steps = stepsUp();
    if (steps > 0) {
      searching = false;
      restart(-roundsInFlight);
    } else if (rounds >= patienceRounds) {
      steps = -stepsDown();
      if (steps < 0) {
        restart(-roundsInFlight - SETTLING_ROUNDS);
      } else if (rounds >= 2 * patienceRounds) {
        rounds /= 2;
        sent /= 2;
        wanted /= 2;
      }
    }
    return steps;
  }

  void save(ByteBuffer out) {
    out.put((byte) (searching ? 1 : 0)).putInt(rounds).putDouble(sent).putDouble(wanted);
  }

  void restore(ByteBuffer in) {
    searching = in.get() != 0;
    rounds = in.getInt();
    sent = in.getDouble();
    wanted = in.getDouble();
  }

  /**
   * The share to send. In small blocks it is more than the density: a few entries cost next to
   * nothing, and a bias vector that sends one entry in a hundred rounds does not learn.
   */
  private double share(double density) {
    return Math.max(density, Math.min(1, (double) MIN_ENTRIES / blockLength));
  }

  private static int patienceRounds(double share) {
    return (int) Math.max(MIN_PATIENCE_ROUNDS, Math.min(1 / (4 * share), 1 << 20));
  }

  private int stepsUp() {
    int steps = 0;
    for (double limit = 2; steps < MAX_STEPS && sent > limit * wanted + NOISE_ENTRIES; limit *= 4) {
      steps++;
    }
    return steps;
  }

  private int stepsDown() {
    int maxSteps = searching ? MAX_STEPS : 1;
    int steps = 0;
    for (double limit = 4; steps < maxSteps && sent * limit < wanted; limit *= 4) {
      steps++;
    }
    return steps;
  }

  private void restart(int firstRounds) {
    rounds = firstRounds;
    sent = 0;
    wanted = 0;
  }
}
