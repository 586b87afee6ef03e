// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.SplittableRandom;

/**
 * The order in which a worker goes through its rows in one epoch: a permutation decided by seed,
 * rank and epoch alone.
 *
 * <p>An attempt that takes over a rank in the middle of a fit finds the same order again. A worker
 * with fewer rows than the largest goes on from the start of its order (WRAP). It takes 4 bytes of
 * heap for each row of the worker, so 1 GB for 250 million rows, and there can be no more than
 * 2,147,483,647 rows; more workers have fewer rows each. Immutable.
 */
public final class EpochOrder {

  private final int[] order;

  /**
   * The order of {@code rowCount} rows for one worker and one epoch.
   *
   * @throws IllegalArgumentException if one worker cannot have so many rows
   */
  public EpochOrder(long rowCount, long seed, int rank, int epoch) {
    if (rowCount > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a worker must have at most %d rows, but worker %d has %d; take more workers"
              .formatted(Integer.MAX_VALUE, rank, rowCount));
    }
    int count = (int) rowCount;
    order = new int[count];
    SplittableRandom random = new SplittableRandom(randomSeed(seed, rank, epoch));
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  /** The seed for all that is random on one worker in one epoch. */
  public static long randomSeed(long seed, int rank, int epoch) {
    return seed + 0x9E3779B97F4A7C15L * (31L * rank + 1) + 0x632BE59BD9B4E019L * epoch;
  }

  /** The seed for all that is random on one worker in one round, 0-based in its epoch. */
  public static long randomSeed(long seed, int rank, int epoch, long round) {
    return randomSeed(seed, rank, epoch) ^ (0xD1B54A32D192ED03L * round);
  }

  /** The row at a place of the epoch; places past the last row start over. */
  public int row(long place) {
    return order[(int) (place % order.length)];
  }
}
