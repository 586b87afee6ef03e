// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

/**
 * What one block has sent since its threshold last moved, and whether that calls for a move.
 *
 * <p>The density answers to a move late and wildly. A lower threshold sends at once all that has
 * waited between the new one and the old; a higher one sends next to nothing until the residuals
 * have grown. Hence the average since the last move counts, not the last round; the round after a
 * step down is left out; and a step down needs {@link #PATIENCE_ROUNDS} of evidence, a step up
 * none. Old rounds are forgotten by halves, so that the average follows updates that shrink in
 * training.
 */
final class DensityWindow {
  private static final int PATIENCE_ROUNDS = 8;
  private static final int SETTLING_ROUNDS = 1;
  private static final int MEMORY_ROUNDS = 64;
  private static final int NOISE_ENTRIES = 8;
  private static final int MIN_WANTED_ENTRIES = 4;
  private static final int MAX_STEPS = 3;

  /** Rounds in the average; up to zero while the threshold settles after a step down. */
  private int rounds;

  private long sent;
  private double wanted;

  /**
   * The entries that one worker should send. In small blocks more than the density asks for: they
   * cost next to nothing, and a bias vector that sends one entry in ten rounds does not learn.
   */
  static double wantedEntries(double density, int blockLength) {
    return Math.max(density * blockLength, Math.min(MIN_WANTED_ENTRIES, blockLength));
  }

  /**
   * Takes note of a round and tells how many powers of two the threshold should move.
   *
   * @param sentEntries entries sent by all workers in this round
   * @param wantedEntries entries they should have sent
   */
  int steps(long sentEntries, double wantedEntries) {
    rounds++;
    if (rounds <= 0) {
      return 0;
    }
    sent += sentEntries;
    wanted += wantedEntries;
    int steps = up();
    if (steps == 0 && rounds >= PATIENCE_ROUNDS) {
      steps = -down();
    }
    if (steps != 0) {
      rounds = steps < 0 ? -SETTLING_ROUNDS : 0;
      sent = 0;
      wanted = 0;
    } else if (rounds == MEMORY_ROUNDS) {
      rounds /= 2;
      sent /= 2;
      wanted /= 2;
    }
    return steps;
  }

  private int up() {
    int steps = 0;
    for (double limit = 2; steps < MAX_STEPS && sent > limit * wanted + NOISE_ENTRIES; limit *= 4) {
      steps++;
    }
    return steps;
  }

  private int down() {
    int steps = 0;
    for (double limit = 4; steps < MAX_STEPS && sent * limit < wanted; limit *= 4) {
      steps++;
    }
    return steps;
  }
}
