// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.wire.FrameReader;
import org.sparkstrom.sharing.wire.FrameScope;
import org.sparkstrom.sharing.wire.FrameVerdict;
import org.sparkstrom.sharing.wire.FrameWriter;

/**
 * Rounds in step: each worker sends one frame to every peer and waits for one from every peer.
 *
 * <p>All replicas add the same payloads and so take the same aggregate, bit by bit. The payload is
 * sealed once and sent to all peers; that of this worker is decoded like theirs. With one worker
 * the transport is not used, but the update goes through the same codec.
 *
 * <p>Not thread-safe. A round that fails ends the exchange, because the residual has moved.
 */
public final class SynchronousExchange implements UpdateExchange {
  /** Above, a sum of multiplicities might not fit an int, and a full mesh makes no sense. */
  public static final int MAX_WORKERS = 1024;

  private static final int MAX_SPINS = 20;
  private static final int MAX_YIELDS = 20;
  private static final long MIN_PARK_NS = 10_000;
  private static final long MAX_PARK_NS = 500_000;

  private final Peering peering;
  private final List<Member> peers;
  private final BlockLayout layout;
  private final ExchangeConfig config;
  private final RoundCodec codec;
  private final ByteBuffer payload;
  private final FrameWriter writer;
  private final FrameReader reader;
  private final RoundInbox inbox;
  private final Transport.FrameHandler frameHandler = this::onFrame;
  private final IdleStrategy idle =
      new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);

  private long round;
  private long completedRounds;
  private long bytesSent;
  private long nonZeros;
  private boolean closed;

  /**
   * Prepares the rounds and starts to connect to the peers; does not block.
   *
   * @param peering this worker and its peers
   * @param layout the blocks of the update
   * @param config the same on all workers
   */
  public SynchronousExchange(Peering peering, BlockLayout layout, ExchangeConfig config) {
    int workers = peering.view().size();
    if (workers > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "a full mesh must have at most " + MAX_WORKERS + " workers, but has " + workers);
    }
    this.peering = peering;
    this.peers = peering.peers();
    this.layout = layout;
    this.config = config;
    this.codec = RoundCodec.of(config, layout, workers);
    this.payload = ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.inbox = new RoundInbox(workers, peering.rank());
    FrameScope scope =
        new FrameScope(
            peering.view().sessionId(),
            peering.view().number(),
            config.modelFingerprint(),
            config.quantizer(),
            layout);
    Map<Integer, SecretKey> peerKeys = new HashMap<>();
    peers.forEach(peer -> peerKeys.put(peer.rank(), key(peer)));
    this.writer = new FrameWriter(scope, peering.rank(), key(peering.self()));
    this.reader = new FrameReader(scope, peerKeys);
    if (!peers.isEmpty()) {
      peering.transport().connect(peers.stream().map(SynchronousExchange::address).toList());
    }
  }

  @Override
  public void exchange(float[] update) {
    if (closed) {
      throw new IllegalStateException("the exchange of " + peering.self() + " is closed");
    }
    if (update.length != layout.parameterCount()) {
      throw new IllegalArgumentException(
          "an update must have "
              + layout.parameterCount()
              + " entries as the layout, but has "
              + update.length);
    }
    peering.liveness().check();
    round++;
    try {
      nonZeros += codec.encode(update, payload.clear());
      payload.flip();
      if (!peers.isEmpty()) {
        long deadlineNs = System.nanoTime() + config.roundTimeout().toNanos();
        awaitConnected(deadlineNs);
        send();
        awaitFrames(deadlineNs);
      }
      addAll();
      codec.takeAggregate(update);
      completedRounds++;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public ExchangeCounters counters() {
    long denseBytes = completedRounds * peers.size() * Float.BYTES * layout.parameterCount();
    return new ExchangeCounters(
        completedRounds,
        bytesSent,
        denseBytes,
        nonZeros,
        peering.transport().backPressureCount(),
        reader.tally().rejected());
  }

  @Override
  public void close() {
    closed = true;
  }

  private void send() {
    ByteBuffer frame = writer.write(round, payload);
    payload.rewind();
    for (Member peer : peers) {
      peering.transport().send(peer.rank(), frame);
      bytesSent += frame.remaining();
    }
  }

  private void awaitConnected(long deadlineNs) {
    while (!peering.transport().connected()) {
      poll(deadlineNs);
    }
  }

  /** Returns when the peers' frames are here and ours is gone, so that its buffer is free again. */
  private void awaitFrames(long deadlineNs) {
    while (!inbox.hasAll(round) || !peering.transport().flushed()) {
      poll(deadlineNs);
    }
  }

  private void poll(long deadlineNs) {
    int done = peering.transport().poll(frameHandler);
    if (System.nanoTime() - deadlineNs > 0) {
      throw new RoundFailedException(describeTimeout());
    }
    peering.liveness().check();
    idle.idle(done);
  }

  private void onFrame(ByteBuffer frame) {
    if (reader.read(frame, round, inbox) == FrameVerdict.ACCEPTED) {
      inbox.accept(reader.sender(), reader.round());
    }
  }

  private void addAll() {
    for (Member member : peering.view().members()) {
      int rank = member.rank();
      try {
        codec.add(rank == peering.rank() ? payload : inbox.payload(rank, round));
      } catch (CorruptPayloadException e) {
        throw new RoundFailedException(
            "round "
                + round
                + " on "
                + peering.self()
                + ": cannot read the payload of "
                + member
                + ": "
                + e.getMessage()
                + "; do all workers run the same version?",
            e);
      }
    }
  }

  private String describeTimeout() {
    Transport transport = peering.transport();
    return "round "
        + round
        + " on "
        + peering.self()
        + " must end within roundTimeout = "
        + config.roundTimeout()
        + ", but did not. Frames missing of: "
        + peers.stream().filter(peer -> !inbox.has(peer.rank(), round)).toList()
        + "; arrived of: "
        + peers.stream().filter(peer -> inbox.has(peer.rank(), round)).toList()
        + "; rejected frames: "
        + reader.tally().describeRejected()
        + "; connected to all peers: "
        + transport.connected()
        + "; own frame sent: "
        + transport.flushed()
        + ". See the logs of the missing workers; if they are merely slow, raise roundTimeout.";
  }

  private SecretKey key(Member member) {
    return peering.keys().frameKey(member.rank(), member.salt());
  }

  private static Transport.Peer address(Member member) {
    return new Transport.Peer(member.rank(), new Transport.Endpoint(member.host(), member.port()));
  }
}
