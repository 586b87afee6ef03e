// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.net.InetAddress;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how long the terms of the streams to new peers are: by the budget, and by the room that
 * is really there.
 *
 * @param budget what the configuration allows
 */
record TermLength(LogBudget budget) {
  private static final Logger LOG = LoggerFactory.getLogger(TermLength.class);

  /**
   * The length for all new streams.
   *
   * @param peers all peers of the worker
   * @param added addresses of those that get a new stream
   * @param roomBytes what is free where the logs go
   * @throws IllegalArgumentException if the budget is too small for so many peers
   * @throws IllegalStateException if the room is
   */
  int of(int peers, Collection<InetAddress> added, long roomBytes) {
    int length = budget.termLengthBytes(peers);
    // Each peer takes a log in each direction, and peers on this machine share the room.
    long sharers = 1 + added.stream().filter(LocalAddress::isLocal).count();
    int fitting = LogBudget.termLengthBytes(added.size(), roomBytes / sharers);
    if (fitting >= length) {
      return length;
    }
    long least = LogBudget.streamBytes(added.size(), AeronConfig.MIN_TERM_LENGTH_BYTES);
    if (roomBytes < least) {
      throw new IllegalStateException(
          "the streams of "
              + added.size()
              + " peers take at least "
              + least
              + " bytes of /dev/shm, but "
              + roomBytes
              + " are left; give it more room (docker: --shm-size)");
    }
    int shorter = Math.max(fitting, AeronConfig.MIN_TERM_LENGTH_BYTES);
    LOG.warn(
        "terms of {} instead of {} bytes, since {} bytes are left for the logs of {} peers and of"
            + " {} workers on this machine",
        shorter,
        length,
        roomBytes,
        added.size(),
        sharers);
    return shorter;
  }
}
