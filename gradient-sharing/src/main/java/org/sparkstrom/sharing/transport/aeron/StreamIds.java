// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.util.Objects;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.Transport.Peer;

/**
 * The numbers by which one worker's Aeron streams are known, derived from the keys of its session.
 *
 * <p>Aeron does not authenticate. Whoever wants our driver to do anything for him must name a
 * stream of 31 bits and a session of 24 that only holders of the keys, and readers of the network,
 * can know. The lowest 8 bits of a session number count how often a worker has opened the way to a
 * peer, so that a stream that is opened again is not taken for the one before.
 *
 * @param keys of the session
 * @param rank of this worker
 * @param salt the random number of this worker's join
 */
public record StreamIds(SessionKeys keys, int rank, long salt) {
  private static final int COUNTER_MASK = 0xff;

  public StreamIds {
    Objects.requireNonNull(keys, "keys");
  }

  /** The stream that this worker receives on. */
  int own() {
    return keys.streamId(rank, salt);
  }

  /** The stream that a peer receives on. */
  int of(Peer peer) {
    return keys.streamId(peer.rank(), peer.salt());
  }

  /** The session of our stream to a peer, when it is opened for the n-th time. */
  int sessionTo(Peer peer, int attempt) {
    return keys.pathId(rank, salt, peer.rank(), peer.salt()) | (attempt & COUNTER_MASK);
  }

  /** The sessions that a peer may send us, without their counter. */
  int pathFrom(Peer peer) {
    return keys.pathId(peer.rank(), peer.salt(), rank, salt);
  }

  /** A session number without its counter. */
  static int path(int sessionId) {
    return sessionId & ~COUNTER_MASK;
  }
}
