// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Carries whole frames between workers, in order and complete per sender, or not at all.
 *
 * <p>A transport knows nothing of a frame's content. It does not block: the owner calls {@link
 * #poll} in its own wait loop, which makes progress on pending sends and delivers what has arrived.
 * That lets two workers send large frames to each other without a deadlock.
 *
 * <p>Not thread-safe: one thread uses a transport. The owner closes it.
 */
public interface Transport extends AutoCloseable {

  /**
   * Most frames that wait for one peer. They stay the caller's memory, so the bound is there to
   * show a peer that is slow or dead before anything runs full.
   */
  int MAX_QUEUED_FRAMES = 64;

  /** Where peers can send to. */
  Endpoint endpoint();

  /**
   * Opens the way to and from each peer. Returns at once; {@link #connected()} tells when all
   * answer. Nothing is taken from anybody else.
   *
   * @param peers the other workers; a later call replaces the set, and what was queued for those
   *     who are no longer in it is dropped
   */
  void connect(List<Peer> peers);

  /**
   * True once every peer of the last {@link #connect} can be sent to, because it has named this
   * worker as its peer too.
   */
  boolean connected();

  /**
   * Queues a frame for one peer. The bytes between position and limit must not change until {@link
   * #flushed()} is true; the buffer's position is left as it was.
   *
   * @throws IllegalArgumentException if the rank is not a peer or the frame is empty or longer than
   *     the transport's limit
   * @throws QueueFullException if {@link #MAX_QUEUED_FRAMES} wait for the peer; the caller polls
   *     until it takes some, for as long as its deadline allows
   */
  void send(int rank, ByteBuffer frame);

  /** True when all queued frames have been handed to the network. */
  boolean flushed();

  /**
   * One turn of work: sends what is pending, delivers what has arrived.
   *
   * @return how much was done; 0 tells the caller to idle
   */
  int poll(FrameHandler handler);

  /** Sends that had to be tried again because the network or a peer was slower than we are. */
  long backPressureCount();

  /** How things stand with each peer, in the order of the last {@link #connect}. */
  List<PeerState> peerStates();

  /** Releases all sockets, buffers and files. Idempotent. */
  @Override
  void close();

  /**
   * An address that a frame can be sent to.
   *
   * @param host name or address literal
   * @param port UDP port
   */
  record Endpoint(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
  }

  /**
   * Another worker.
   *
   * @param rank its place in the view
   * @param salt the random number of its join, which tells its attempts apart
   * @param endpoint where it receives
   */
  record Peer(int rank, long salt, Endpoint endpoint) {
    @Override
    public String toString() {
      return "worker " + rank + " at " + endpoint;
    }
  }

  /**
   * How things stand with one peer.
   *
   * @param peer who
   * @param connected true while it can be sent to
   * @param queuedFrames frames that wait to be sent to it
   * @param backPressureCount sends to it that had to be tried again
   */
  record PeerState(Peer peer, boolean connected, int queuedFrames, long backPressureCount) {}

  /** Receives whole frames. */
  @FunctionalInterface
  interface FrameHandler {
    /**
     * Takes one frame.
     *
     * @param frame the frame's bytes from position to limit, valid during the call only; untrusted
     */
    void onFrame(ByteBuffer frame);
  }
}
