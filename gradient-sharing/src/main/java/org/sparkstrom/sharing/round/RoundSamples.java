// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.Arrays;
import org.sparkstrom.sharing.cost.RoundCost;

/**
 * What one worker has measured of rounds of one form.
 *
 * <p>Its figures are medians: a collection of garbage, a change of the view or a busy neighbour
 * makes some rounds longer than the form does. Not thread-safe.
 */
final class RoundSamples {
  private final long[] computeNs;
  private final long[] codecNs;
  private final long[] linkNs;
  private final long[] payloadBytes;
  private long lastPayloadBytes;
  private int count;

  /** Room for so many rounds; further ones are not taken. */
  RoundSamples(int capacity) {
    computeNs = new long[capacity];
    codecNs = new long[capacity];
    linkNs = new long[capacity];
    payloadBytes = new long[capacity];
  }

  /** The length of the payload of the round that {@link #add} adds next. */
  void payload(int lengthBytes) {
    lastPayloadBytes = lengthBytes;
  }

  /**
   * Adds a round, with the step that leads to the next one.
   *
   * @param before the worker's times when the round was encoded
   * @param after those when the next one is
   */
  void add(RoundTimes before, RoundTimes after) {
    if (count == computeNs.length) {
      return;
    }
    computeNs[count] = after.computeNs() - before.computeNs();
    codecNs[count] = after.encodeNs() - before.encodeNs() + after.applyNs() - before.applyNs();
    linkNs[count] = after.waitNs() - before.waitNs();
    payloadBytes[count] = lastPayloadBytes;
    count++;
  }

  int count() {
    return count;
  }

  void clear() {
    count = 0;
  }

  long computeNs() {
    return median(computeNs);
  }

  RoundCost cost() {
    return new RoundCost(median(codecNs), median(linkNs), median(payloadBytes));
  }

  /** The upper one of two in the middle. */
  private long median(long[] samples) {
    long[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }
}
