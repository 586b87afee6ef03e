// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.crypto.SecretKey;
import org.agrona.concurrent.IdleStrategy;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.Threshold;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.threshold.ThresholdController;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.wire.FrameReader;
import org.sparkstrom.sharing.wire.FrameScope;
import org.sparkstrom.sharing.wire.FrameVerdict;
import org.sparkstrom.sharing.wire.FrameWriter;
import org.sparkstrom.sharing.wire.PayloadSink;

/**
 * No rounds in step: a worker sends each of its updates to all peers, applies theirs as they
 * arrive, and goes on.
 *
 * <p>That is how N. Strom (2015) trains. Two things are added. The replicas keep their parameters
 * as integers on a lattice ({@link ParameterLattice}), so that the order of arrival does not
 * matter: once all frames are in, they are equal bit by bit. And no worker runs ahead of the
 * slowest one by more than {@link #MAX_LEAD} updates, so that staleness is bounded (Q. Ho et al.,
 * "More effective distributed ML via a stale synchronous parallel parameter server", 2013).
 *
 * <p>Each worker controls its own thresholds, by its own counts; they travel with the frame. The
 * view does not change: a worker that is lost ends the fit.
 *
 * <p>Not thread-safe. An exchange that fails is closed.
 */
public final class AsynchronousExchange implements UpdateExchange {
  /** Updates that a worker can be ahead of the slowest. */
  static final int MAX_LEAD = 8;

  /**
   * Updates that a frame can be ahead of the slowest peer's that has arrived: we may lead that one,
   * and the sender may lead us.
   */
  private static final int FRAMES_AHEAD = 2 * (MAX_LEAD + 1);

  private final Peering peering;
  private final BlockLayout layout;
  private final ExchangeConfig config;
  private final List<Member> peers;
  private final ThresholdQuantizer quantizer;
  private final ThresholdController controller;
  private final SparseCodec codec;
  private final SparseUpdate own;
  private final SparseUpdate received;
  private final byte[] exponents;
  private final long[] counts;
  private final ParameterLattice lattice;
  private final ByteBuffer payload;
  private final ByteBuffer opened;
  private final PayloadSink sink;
  private final FrameWriter writer;
  private final FrameReader reader;
  private final Transport.FrameHandler frameHandler = this::onFrame;
  private final long[] arrived; // by rank
  private final IdleStrategy idle = Peering.idleStrategy();

  private final RoundStopwatch stopwatch = new RoundStopwatch(System::nanoTime);

  private long round;
  private long framesSent;
  private long bytesSent;
  private long nonZeros;
  private boolean closed;

  /**
   * Prepares the exchange and starts to connect to the peers; does not block.
   *
   * @param peering this worker and its peers
   * @param layout the blocks of the update
   * @param config the same on all workers
   * @param initial float32 [parameterCount], the same on all replicas
   */
  public AsynchronousExchange(
      Peering peering, BlockLayout layout, ExchangeConfig config, float[] initial) {
    this.peering = peering;
    this.layout = layout;
    this.config = config;
    this.peers = peering.peers();
    this.arrived = new long[1 + peering.view().ranks().stream().mapToInt(r -> r).max().orElse(0)];
    this.exponents = new byte[layout.blockCount()];
    this.counts = new long[layout.blockCount()];
    this.quantizer = new ThresholdQuantizer(layout);
    this.controller = new ThresholdController(config.thresholdPolicy(), layout);
    this.codec = new SparseCodec(layout);
    this.own = new SparseUpdate(layout);
    this.received = new SparseUpdate(layout);
    this.lattice =
        new ParameterLattice(layout, initial, config.aggregation().scale(peering.view().size()));
    this.payload = ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.opened = ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.sink = (sender, sentRound, payloadBytes) -> opened.clear();
    FrameScope scope = config.scope(peering.view(), layout);
    Map<Integer, SecretKey> peerKeys = new HashMap<>();
    for (Member peer : peers) {
      peerKeys.put(peer.rank(), peering.key(peer));
    }
    this.writer = new FrameWriter(scope, peering.rank(), peering.key(peering.self()));
    this.reader = new FrameReader(scope, peerKeys, FRAMES_AHEAD);
    if (!peers.isEmpty()) {
      peering.transport().connect(peers.stream().map(Peering::address).toList());
    }
  }

  @Override
  public Outcome outcome() {
    return Outcome.PARAMETERS;
  }

  @Override
  public void exchange(float[] update) {
    guarded(
        () -> {
          round++;
          stopwatch.computed();
          encode(update);
          stopwatch.encoded();
          if (!peers.isEmpty()) {
            Transport transport = peering.transport();
            await(() -> transport.connected() && transport.flushed());
            send();
            await(() -> round - slowest() <= MAX_LEAD);
          }
          stopwatch.waited();
          lattice.writeTo(update);
          stopwatch.applied();
        });
  }

  /** Waits until as many updates of each peer have been applied as of this worker. */
  @Override
  public void drain(float[] update) {
    guarded(
        () -> {
          if (!peers.isEmpty()) {
            await(() -> slowest() >= round && peering.transport().flushed());
          }
          lattice.writeTo(update);
        });
  }

  @Override
  public void settle(float[] parameters) {
    drain(parameters);
  }

  /** Thresholds are each worker's own, so that all of the state is. */
  @Override
  public ExchangeState save() {
    ByteBuffer own =
        ExchangeState.allocate(
            controller.stateBytes() + (long) Float.BYTES * layout.parameterCount());
    controller.save(own);
    ExchangeState.put(quantizer.residual(), own);
    return new ExchangeState(ByteBuffer.allocate(0), own.flip());
  }

  @Override
  public void restore(ExchangeState state) {
    if (round > 0) {
      throw new IllegalStateException(
          peering.self() + " must restore a state before its first update in a new fit");
    }
    ExchangeState.requireBytes("common", state.common(), 0);
    if (state.hasOwn()) {
      long expected = controller.stateBytes() + (long) Float.BYTES * layout.parameterCount();
      ByteBuffer own = state.own();
      ExchangeState.requireBytes("own", own, expected);
      controller.restore(own);
      quantizer.restore(ExchangeState.get(layout.parameterCount(), own));
    }
  }

  @Override
  public void serve() {
    if (!closed && !peers.isEmpty()) {
      peering.transport().poll(frameHandler);
    }
  }

  @Override
  public List<Integer> ranks() {
    return peering.view().ranks();
  }

  @Override
  public ExchangeCounters counters() {
    return new ExchangeCounters(
        round,
        bytesSent,
        round * peers.size() * Float.BYTES * layout.parameterCount(),
        nonZeros,
        peering.transport().backPressureCount(),
        reader.tally().rejected());
  }

  /** The blocks are those of this worker's last update. */
  @Override
  public ExchangeMetrics metrics() {
    List<BlockMetrics> blocks = new ArrayList<>();
    for (int block = 0; round > 0 && block < layout.blockCount(); block++) {
      double density = (double) own.count(block) / layout.length(block);
      blocks.add(new BlockMetrics(density, Threshold.of(own.exponent(block))));
    }
    return new ExchangeMetrics(
        counters(), framesSent, stopwatch.times(), blocks, quantizer.residualNorm());
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A copy of what this worker has produced and not yet sent. */
  float[] residual() {
    return quantizer.residual();
  }

  private void guarded(Runnable work) {
    if (closed) {
      throw new IllegalStateException("the exchange of " + peering.self() + " is closed");
    }
    try {
      peering.liveness().check();
      work.run();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void encode(float[] update) {
    controller.exponents(exponents);
    for (int block = 0; block < exponents.length; block++) {
      exponents[block] = (byte) Math.max(exponents[block], ParameterLattice.QUANTUM_EXPONENT);
    }
    quantizer.quantize(update, exponents, own);
    Arrays.fill(counts, 0);
    own.countInto(counts);
    controller.onRound(counts, 1);
    nonZeros += own.count();
    lattice.add(own);
  }

  private void send() {
    codec.write(own, payload.clear());
    ByteBuffer frame = writer.write(round, payload.flip());
    for (Member peer : peers) {
      peering.transport().send(peer.rank(), frame);
      bytesSent += frame.remaining();
      framesSent++;
    }
  }

  private void onFrame(ByteBuffer frame) {
    if (reader.read(frame, slowest() + 1, sink) != FrameVerdict.ACCEPTED) {
      return;
    }
    int sender = reader.sender();
    long expected = arrived[sender] + 1;
    if (reader.round() != expected) {
      throw new RoundFailedException(
          "updates of a worker must arrive one after the other, but number %d of %s came when %d of"
                  .formatted(reader.round(), peering.view().member(sender), expected)
              + " it was awaited: the transport has lost one");
    }
    try {
      codec.read(opened.flip(), received);
      requireMultiples();
    } catch (CorruptPayloadException e) {
      throw new RoundFailedException(
          "update %d of %s cannot be read: %s; do all workers run the same version?"
              .formatted(expected, peering.view().member(sender), e.getMessage()),
          e);
    }
    lattice.add(received);
    arrived[sender] = expected;
  }

  private void requireMultiples() throws CorruptPayloadException {
    for (int block = 0; block < layout.blockCount(); block++) {
      if (received.count(block) > 0
          && received.exponent(block) < ParameterLattice.QUANTUM_EXPONENT) {
        throw new CorruptPayloadException(
            "the threshold exponent of block %d must be at least %d, but is %d"
                .formatted(block, ParameterLattice.QUANTUM_EXPONENT, received.exponent(block)));
      }
    }
  }

  /** Number of the last update that has arrived of every peer. */
  private long slowest() {
    long least = Long.MAX_VALUE;
    for (Member peer : peers) {
      least = Math.min(least, arrived[peer.rank()]);
    }
    return least;
  }

  private void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + config.roundTimeout().toNanos();
    int done = peering.transport().poll(frameHandler);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new RoundFailedException(describeTimeout());
      }
      peering.liveness().check();
      idle.idle(done);
      done = peering.transport().poll(frameHandler);
    }
  }

  private String describeTimeout() {
    long slowest = slowest();
    List<Member> behind = peers.stream().filter(p -> arrived[p.rank()] == slowest).toList();
    return "update "
        + round
        + " of "
        + peering.self()
        + " must be within "
        + MAX_LEAD
        + " of every peer's within roundTimeout = "
        + config.roundTimeout()
        + ", but "
        + slowest
        + " was the last to arrive of "
        + behind
        + "; rejected frames: "
        + reader.tally().describeRejected()
        + "; connected to all peers: "
        + peering.transport().connected()
        + "; own frame sent: "
        + peering.transport().flushed()
        + ". See the logs of these workers; if they are merely slow, raise roundTimeout.";
  }
}
