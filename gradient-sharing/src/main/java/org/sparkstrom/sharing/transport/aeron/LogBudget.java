// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

/**
 * What the files of a media driver take, and how long the terms of its logs may be for that.
 *
 * <p>Aeron keeps three terms and a page of metadata for each stream, and a worker has one stream to
 * and one from each peer. With terms of T bytes and P peers that is
 *
 * <pre>13 MiB + 2 * P * (3 * T + 4 KiB)</pre>
 *
 * <p>T is the largest power of two from 64 KiB to 1 MiB with which the sum stays within the budget.
 *
 * @param bytes what may be taken of /dev/shm by one worker alone in its JVM
 */
record LogBudget(long bytes) {
  /** The driver's own files at Aeron's smallest sizes, 12,587,008 bytes, rounded up. */
  static final long DRIVER_BYTES = 13L << 20;

  private static final int TERMS = 3;

  /** What a log has beside its terms: one page of metadata. */
  private static final int METADATA_BYTES = 4096;

  LogBudget {
    if (bytes < DRIVER_BYTES + streamBytes(1, AeronConfig.MIN_TERM_LENGTH_BYTES)) {
      throw new IllegalArgumentException(
          "memoryBudgetBytes must have room for the media driver and one peer, "
              + (DRIVER_BYTES + streamBytes(1, AeronConfig.MIN_TERM_LENGTH_BYTES))
              + " bytes, but is "
              + bytes);
    }
  }

  /** What one log takes. */
  static long logBytes(int termLengthBytes) {
    return (long) TERMS * termLengthBytes + METADATA_BYTES;
  }

  /** What the logs to and from so many peers take. */
  static long streamBytes(int peers, int termLengthBytes) {
    return 2L * peers * logBytes(termLengthBytes);
  }

  /** The longest terms with which the logs of so many peers fit, or 0 if there are none. */
  static int termLengthBytes(int peers, long logBytes) {
    int length = AeronConfig.MAX_TERM_LENGTH_BYTES;
    while (length >= AeronConfig.MIN_TERM_LENGTH_BYTES && streamBytes(peers, length) > logBytes) {
      length /= 2;
    }
    return length < AeronConfig.MIN_TERM_LENGTH_BYTES ? 0 : length;
  }

  /** What is there for logs. */
  long logBytes() {
    return bytes - DRIVER_BYTES;
  }

  /** Most peers whose logs fit. */
  int maxPeers() {
    return (int) (logBytes() / streamBytes(1, AeronConfig.MIN_TERM_LENGTH_BYTES));
  }

  /**
   * The length of terms for so many peers.
   *
   * @throws IllegalArgumentException if they do not fit; the message tells what would
   */
  int termLengthBytes(int peers) {
    int length = termLengthBytes(peers, logBytes());
    if (length == 0) {
      throw new IllegalArgumentException(
          "memoryBudgetBytes of "
              + bytes
              + " has room for the streams of "
              + maxPeers()
              + " peers, but there are "
              + peers
              + "; use fewer workers, or raise it to "
              + (DRIVER_BYTES + streamBytes(peers, AeronConfig.MIN_TERM_LENGTH_BYTES))
              + " and give /dev/shm as much (docker: --shm-size)");
    }
    return length;
  }
}
