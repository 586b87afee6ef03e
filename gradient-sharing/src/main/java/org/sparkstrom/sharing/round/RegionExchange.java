// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
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
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.Threshold;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.topology.RegionPlan;
import org.sparkstrom.sharing.topology.RegionRound;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.wire.FrameReader;
import org.sparkstrom.sharing.wire.FrameScope;
import org.sparkstrom.sharing.wire.FrameVerdict;
import org.sparkstrom.sharing.wire.FrameWriter;

/**
 * Rounds in step over regions: what a worker sends does not grow with the number of workers.
 *
 * <p>{@link RegionRound} does the arithmetic, this class its frames. A worker is connected only to
 * the members of its groups. With one worker the transport is not used.
 *
 * <p>The view does not change: the loss of a worker ends the fit, which {@code Liveness} tells. Not
 * thread-safe. A round that fails ends the exchange, because residuals have moved.
 */
public final class RegionExchange implements UpdateExchange {
  private final Peering peering;
  private final BlockLayout layout;
  private final ExchangeConfig config;
  private final RegionPlan plan;
  private final int place;
  private final RegionRound core;
  private final RegionInbox inbox;
  private final FrameReader reader;
  private final Map<Integer, FrameWriter[]> writers = new HashMap<>(); // by place
  private final Transport.FrameHandler frameHandler = this::onFrame;
  private final IdleStrategy idle = Peering.idleStrategy();

  private final RoundStopwatch stopwatch = new RoundStopwatch(System::nanoTime);

  private long round;
  private long framesSent;
  private long completed;
  private long bytesSent;
  private long denseBytes;
  private long nonZeros;
  private boolean drained;
  private boolean closed;

  /**
   * Prepares the rounds and starts to connect to the peers; does not block.
   *
   * @param peering this worker and its peers
   * @param layout the blocks of the update
   * @param config the same on all workers
   * @throws IllegalArgumentException if the quantizer is not THRESHOLD, rounds are not in step, or
   *     there are more workers than parameters
   */
  public RegionExchange(Peering peering, BlockLayout layout, ExchangeConfig config) {
    this(peering, layout, config, RegionPlan.of(peering.view().size(), layout.parameterCount()));
  }

  RegionExchange(Peering peering, BlockLayout layout, ExchangeConfig config, RegionPlan plan) {
    this.peering = peering;
    this.layout = layout;
    this.config = config;
    this.plan = plan;
    List<Integer> ranks = peering.view().ranks();
    this.place = ranks.indexOf(peering.rank());
    this.core = new RegionRound(plan, place, layout, config.thresholdPolicy());
    this.inbox = new RegionInbox(plan, place, ranks);
    FrameScope scope = config.scope(peering.view(), layout);
    Map<Integer, SecretKey> peerKeys = new HashMap<>();
    for (int peer : plan.peers(place)) {
      peerKeys.put(member(peer).rank(), peering.key(member(peer)));
      writers.put(peer, new FrameWriter[] {writer(scope), writer(scope)});
    }
    this.reader = new FrameReader(scope, peerKeys, RegionInbox.numbersAhead(plan), inbox);
    if (!isAlone()) {
      peering
          .transport()
          .connect(plan.peers(place).stream().map(peer -> Peering.address(member(peer))).toList());
    }
  }

  @Override
  public void exchange(float[] update) {
    requireUsable();
    if (update.length != layout.parameterCount()) {
      throw new IllegalArgumentException(
          "an update must have "
              + layout.parameterCount()
              + " entries as the layout, but has "
              + update.length);
    }
    guarded(
        () -> {
          round++;
          stopwatch.computed();
          await(() -> isAlone() || peering.transport().connected());
          stopwatch.waited();
          core.start(update, this::send);
          stopwatch.encoded();
          nonZeros += core.sentEntries();
          await(() -> core.isComplete() && (isAlone() || peering.transport().flushed()));
          stopwatch.waited();
          core.takeAggregate(update, config.aggregation().scale(plan.workers()));
          completed++;
          stopwatch.applied();
        });
  }

  @Override
  public void drain(float[] update) {
    requireUsable();
    Arrays.fill(update, 0);
    drained = true;
  }

  @Override
  public ExchangeState save() {
    requireUsable();
    ByteBuffer common = ExchangeState.allocate(core.thresholdBytes());
    core.saveThresholds(common);
    ByteBuffer own = ExchangeState.allocate(ownBytes());
    own.putInt(plan.levels());
    for (int level = 0; level <= plan.levels(); level++) {
      ExchangeState.put(core.residual(level), own);
    }
    return new ExchangeState(common.flip(), own.flip());
  }

  /** A view over regions is complete, so every worker has an own part. */
  @Override
  public void restore(ExchangeState state) {
    requireUsable();
    ByteBuffer own = state.own();
    ExchangeState.requireBytes("common", state.common(), core.thresholdBytes());
    int bytes = own.remaining();
    if (bytes != ownBytes() || own.getInt() != plan.levels()) {
      throw new IllegalArgumentException(
          "the own part of an exchange's state must have %d bytes for %s, but has %d or is of other levels: another version chose other regions; resume with the version that wrote it, or without it"
              .formatted(ownBytes(), plan, bytes));
    }
    core.restoreThresholds(state.common());
    for (int level = 0; level <= plan.levels(); level++) {
      core.restore(level, ExchangeState.get(core.residualLength(level), own));
    }
  }

  private long ownBytes() {
    long entries = 0;
    for (int level = 0; level <= plan.levels(); level++) {
      entries += core.residualLength(level);
    }
    return Integer.BYTES + Float.BYTES * entries;
  }

  @Override
  public List<Integer> ranks() {
    return peering.view().ranks();
  }

  @Override
  public ExchangeCounters counters() {
    return new ExchangeCounters(
        completed,
        bytesSent,
        denseBytes,
        nonZeros,
        isAlone() ? 0 : peering.transport().backPressureCount(),
        reader.tally().rejected());
  }

  /** What owners add up on the way counts as waiting. */
  @Override
  public ExchangeMetrics metrics() {
    List<BlockMetrics> blocks = new ArrayList<>();
    for (int block = 0; completed > 0 && block < layout.blockCount(); block++) {
      double entries = (double) layout.length(block) * plan.workers();
      blocks.add(new BlockMetrics(core.count(block) / entries, Threshold.of(core.exponent(block))));
    }
    return new ExchangeMetrics(
        counters(), framesSent, stopwatch.times(), blocks, core.residualNorm());
  }

  @Override
  public void close() {
    closed = true;
  }

  private boolean isAlone() {
    return plan.workers() == 1;
  }

  private void requireUsable() {
    if (closed || drained) {
      throw new IllegalStateException(
          "the exchange of " + peering.self() + " is " + (closed ? "closed" : "drained"));
    }
  }

  private void guarded(Runnable work) {
    try {
      peering.liveness().check();
      work.run();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Each peer gets one frame in each half of a round, which keeps its buffer until the end. */
  private void send(int receiver, int phase, SparseUpdate content, ByteBuffer payload) {
    FrameWriter writer = writers.get(receiver)[plan.isReduce(phase) ? 0 : 1];
    ByteBuffer frame = writer.write(RegionInbox.number(plan, round, phase, receiver), payload);
    peering.transport().send(member(receiver).rank(), frame);
    bytesSent += frame.remaining();
    framesSent++;
    denseBytes += (long) Float.BYTES * content.layout().parameterCount();
  }

  private void onFrame(ByteBuffer frame) {
    long first = RegionInbox.firstOf(plan, round);
    if (reader.read(frame, first, inbox) == FrameVerdict.ACCEPTED) {
      inbox.accept(reader.sender(), reader.round());
    }
  }

  private int turn() {
    int done = isAlone() ? 0 : peering.transport().poll(frameHandler);
    boolean more = !isAlone() && !core.isComplete();
    while (more) {
      more = receiveOne();
      done += more ? 1 : 0;
    }
    return done;
  }

  /** Gives one payload that is awaited and here to the round; false if there is none. */
  private boolean receiveOne() {
    int phase = core.phase();
    if (core.isComplete()) {
      return false;
    }
    int level = plan.levelOf(phase);
    for (int digit = 0; digit < plan.factor(level); digit++) {
      int sender = plan.member(place, level, digit);
      if (core.awaits(sender) && inbox.has(sender, round, phase)) {
        receive(sender, phase);
        return true;
      }
    }
    return false;
  }

  private void receive(int sender, int phase) {
    try {
      core.receive(sender, inbox.payload(sender, round, phase), this::send);
    } catch (CorruptPayloadException e) {
      throw new RoundFailedException(
          "round "
              + round
              + " on "
              + peering.self()
              + ": cannot read the payload of "
              + member(sender)
              + " in "
              + describe(phase)
              + ": "
              + e.getMessage()
              + "; do all workers run the same version?",
          e);
    }
  }

  private void await(BooleanSupplier condition) {
    long startNs = System.nanoTime();
    long timeoutNs = config.roundTimeout().toNanos();
    while (!condition.getAsBoolean()) {
      int done = turn();
      if (System.nanoTime() - startNs > timeoutNs) {
        throw new RoundFailedException(describeTimeout());
      }
      peering.liveness().check();
      idle.idle(done);
    }
  }

  private String describeTimeout() {
    String awaited =
        core.isComplete()
            ? "It awaited that peers take its frames"
            : "Frames missing in "
                + describe(core.phase())
                + " of: "
                + core.missing().stream().map(this::member).toList();
    return "round "
        + round
        + " on "
        + peering.self()
        + " must end within roundTimeout = "
        + config.roundTimeout()
        + ", but did not. "
        + awaited
        + "; rejected frames: "
        + reader.tally().describeRejected()
        + "; connected to all peers: "
        + peering.transport().connected()
        + "; own frames sent: "
        + peering.transport().flushed()
        + ". A worker that is missing may itself wait for another: see the logs of all of them; if"
        + " they are merely slow, raise roundTimeout.";
  }

  private String describe(int phase) {
    return "phase "
        + (phase + 1)
        + " of "
        + plan.phases()
        + " ("
        + kind(phase)
        + ", level "
        + (plan.levelOf(phase) + 1)
        + ")";
  }

  private String kind(int phase) {
    if (!plan.isSplit(plan.levelOf(phase))) {
      return "sums of whole regions";
    }
    return plan.isReduce(phase) ? "reduce-scatter" : "allgather";
  }

  private FrameWriter writer(FrameScope scope) {
    return new FrameWriter(scope, peering.rank(), peering.key(peering.self()));
  }

  private Member member(int memberPlace) {
    return peering.view().members().get(memberPlace);
  }
}
