// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * One count a block as bytes: what workers tell each other of entries that they have not seen.
 *
 * <p>Counts that a varint cannot hold are written as the largest that it can. A threshold
 * controller does not mind, and all replicas read the same.
 */
public final class BlockCounts {
  /** Most bytes of one count. */
  public static final int MAX_BYTES = 5;

  private static final long MAX_COUNT = (1L << 35) - 1;

  private BlockCounts() {}

  /** Writes the counts, each as a varint. */
  public static void write(long[] counts, ByteBuffer out) {
    for (long count : counts) {
      Varint.put(out, Math.min(count, MAX_COUNT));
    }
  }

  /**
   * Reads as many counts as the array is long and adds them to it.
   *
   * @throws CorruptPayloadException if the bytes end before, or a number is malformed
   */
  public static void addTo(ByteBuffer in, long[] counts) throws CorruptPayloadException {
    for (int block = 0; block < counts.length; block++) {
      counts[block] += Varint.take(in, in.limit());
    }
  }
}
