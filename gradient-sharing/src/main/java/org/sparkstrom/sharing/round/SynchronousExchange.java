// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.ViewChanges;
import org.sparkstrom.sharing.transport.Transport;

/**
 * Rounds in step: each worker sends one frame to every peer and waits for one from every peer.
 *
 * <p>All replicas add the same payloads and so take the same aggregate, bit by bit. The payload is
 * sealed once and sent to all peers; that of this worker is decoded like theirs. A worker that is
 * alone sends nothing, but its update goes through the same codec.
 *
 * <p>With {@link Synchrony#PIPELINED} each exchange returns the aggregate of the round before, so
 * that a frame travels while the next step is computed: zeros at first, and {@link #drain} returns
 * the last one.
 *
 * <p>While it waits, the exchange follows the changes of the view ({@link ViewFollower}), and gives
 * joiners what they need ({@link SnapshotExchange}).
 *
 * <p>Not thread-safe. A round that fails ends the exchange, because the residual has moved.
 */
public final class SynchronousExchange implements UpdateExchange {
  /** Above, a sum of multiplicities might not fit an int, and a full mesh makes no sense. */
  public static final int MAX_WORKERS = 1024;

  /** Round timeouts that a worker waits at most while the coordinator is to act. */
  private static final int PATIENCE = 3;

  private final Peering peering;
  private final BlockLayout layout;
  private final ExchangeConfig config;
  private final RoundCodec codec;
  private final ByteBuffer payload;
  private final SnapshotExchange snapshots;
  private final ViewFollower follower;
  private final IdleStrategy idle = Peering.idleStrategy();

  private final RoundStopwatch stopwatch;

  private long denseBytes;
  private long nonZeros;
  private boolean drained;
  private boolean closed;

  /** An exchange in a fit whose every loss ends it. */
  public SynchronousExchange(Peering peering, BlockLayout layout, ExchangeConfig config) {
    this(peering, layout, config, ReplicaState.NONE);
  }

  /**
   * Prepares the rounds and starts to connect to the peers; does not block.
   *
   * @param peering this worker and its peers
   * @param layout the blocks of the update
   * @param config the same on all workers
   * @param replica saved for joiners, restored if this worker is one
   */
  public SynchronousExchange(
      Peering peering, BlockLayout layout, ExchangeConfig config, ReplicaState replica) {
    this(peering, layout, config, replica, System::nanoTime);
  }

  /** The same, whose rounds are timed by another clock. */
  SynchronousExchange(
      Peering peering,
      BlockLayout layout,
      ExchangeConfig config,
      ReplicaState replica,
      LongSupplier nanoClock) {
    int workers = peering.view().size();
    if (workers > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "a full mesh must have at most " + MAX_WORKERS + " workers, but has " + workers);
    }
    this.peering = peering;
    this.layout = layout;
    this.config = config;
    this.stopwatch = new RoundStopwatch(nanoClock);
    this.codec = RoundCodec.of(config, layout, workers, stopwatch);
    this.payload = ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.snapshots = new SnapshotExchange(peering, layout, config, codec, replica);
    this.follower = new ViewFollower(peering, layout, config, snapshots);
  }

  @Override
  public long catchUp() {
    requireUsable();
    return guarded(
        () -> {
          await(() -> !snapshots.isAwaited() && !follower.isSuspended());
          return follower.sent();
        });
  }

  @Override
  public void exchange(float[] update) {
    requireUsable();
    requireLength(update);
    if (snapshots.isAwaited()) {
      throw new IllegalStateException(
          peering.self() + " has joined a running fit, so it must catchUp() before it exchanges");
    }
    guarded(
        () -> {
          stopwatch.computed();
          settle();
          stopwatch.waited();
          codec.rescale(follower.current().view().size());
          nonZeros += codec.encode(update, payload.clear());
          stopwatch.encoded();
          follower.send(payload.flip());
          long round = follower.sent() - config.synchrony().roundsInFlight();
          takeAggregate(round, update);
          return round;
        });
  }

  @Override
  public void drain(float[] update) {
    requireUsable();
    requireLength(update);
    guarded(
        () -> {
          settle();
          takeAggregate(follower.sent(), update);
          drained = true;
          return follower.sent();
        });
  }

  @Override
  public ExchangeState save() {
    requireUsable();
    int ahead = (int) (follower.sent() - follower.completed());
    ByteBuffer common = ExchangeState.allocate(1 + codec.stateBytes(ahead));
    common.put((byte) ahead);
    codec.save(ahead, common);
    int residualBytes = Float.BYTES * codec.residualLength();
    ByteBuffer own =
        ExchangeState.allocate(1 + residualBytes + ahead * (Integer.BYTES + payload.capacity()));
    own.put((byte) ahead); // so that it is never empty
    if (residualBytes > 0) {
      ExchangeState.put(codec.residual(), own);
    }
    for (long round = follower.completed() + 1; round <= follower.sent(); round++) {
      ByteBuffer sent = follower.linkOf(round).payload(peering.rank(), round);
      own.putInt(sent.remaining()).put(sent);
    }
    return new ExchangeState(common.flip(), own.flip());
  }

  @Override
  public void restore(ExchangeState state) {
    requireUsable();
    if (follower.sent() > follower.completed() || snapshots.isAwaited()) {
      throw new IllegalStateException(
          peering.self() + " must restore a state while no round is in flight");
    }
    ByteBuffer common = state.common();
    ByteBuffer own = state.own();
    int ahead = common.hasRemaining() ? common.get() : 0;
    if (ahead < 0 || ahead > config.synchrony().roundsInFlight()) {
      throw new IllegalArgumentException(
          "an exchange's state must have 0 to %d rounds in flight, but has %d"
              .formatted(config.synchrony().roundsInFlight(), ahead));
    }
    ExchangeState.requireBytes("common", common, codec.stateBytes(ahead));
    codec.restore(ahead, common);
    if (state.hasOwn()) {
      restoreOwn(own, ahead);
    } else {
      for (int place = 0; place < ahead; place++) {
        codec.encodeNothing(place, payload.clear());
        follower.send(payload.flip());
      }
    }
  }

  private void restoreOwn(ByteBuffer own, int ahead) {
    int residualBytes = Float.BYTES * codec.residualLength();
    if (own.get() != ahead || own.remaining() < residualBytes) {
      throw new IllegalArgumentException(
          "a worker's own state must have %d bytes of residual and %d rounds in flight as the common part, but has %d bytes"
              .formatted(residualBytes, ahead, own.remaining()));
    }
    if (residualBytes > 0) {
      codec.restoreResidual(ExchangeState.get(codec.residualLength(), own));
    }
    for (int place = 0; place < ahead; place++) {
      int length = own.remaining() < Integer.BYTES ? -1 : own.getInt();
      if (length < 0 || length > Math.min(own.remaining(), payload.capacity())) {
        throw new IllegalArgumentException(
            "a payload in flight must have 0 to %d bytes, but announces %d with %d left"
                .formatted(payload.capacity(), length, own.remaining()));
      }
      follower.send(payload.clear().put(own.slice(own.position(), length)).flip());
      own.position(own.position() + length);
    }
    ExchangeState.requireBytes("own", own, 0);
  }

  @Override
  public void serve() {
    if (!closed) {
      guarded(this::turn);
    }
  }

  @Override
  public List<Integer> ranks() {
    return follower.current().view().ranks();
  }

  @Override
  public Optional<ModeChoice> choice() {
    return codec.choice();
  }

  @Override
  public ExchangeCounters counters() {
    return new ExchangeCounters(
        follower.completed(),
        follower.bytesSent(),
        denseBytes,
        nonZeros,
        peering.transport().backPressureCount(),
        follower.rejectedFrames());
  }

  @Override
  public ExchangeMetrics metrics() {
    return new ExchangeMetrics(
        counters(), follower.framesSent(), stopwatch.times(), codec.blocks(), codec.residualNorm());
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A copy of what this worker has produced and not yet sent. */
  float[] residual() {
    return codec.residual();
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException("the exchange of " + peering.self() + " is closed");
    }
    if (drained) {
      throw new IllegalStateException("the exchange of " + peering.self() + " is drained");
    }
  }

  private void requireLength(float[] update) {
    if (update.length != layout.parameterCount()) {
      throw new IllegalArgumentException(
          "an update must have "
              + layout.parameterCount()
              + " entries as the layout, but has "
              + update.length);
    }
  }

  private <T> T guarded(Supplier<T> work) {
    try {
      peering.liveness().check();
      return work.get();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Follows instructions that have come while the worker computed. */
  private void settle() {
    turn();
    if (follower.isSuspended()) {
      await(() -> !follower.isSuspended());
    }
  }

  /** One turn of work for the view, its frames and snapshots; returns how much was done. */
  private int turn() {
    int done = follower.turn();
    snapshots.save(follower.completed(), drained);
    snapshots.drive();
    snapshots.restoreIfComplete(follower, payload);
    return done;
  }

  /** Replaces the update by the aggregate of the round, or by zeros if there is no such round. */
  private void takeAggregate(long round, float[] update) {
    if (round <= follower.completed()) {
      await(this::isIdle);
      Arrays.fill(update, 0);
      return;
    }
    await(() -> follower.linkOf(round).hasAll(round) && isIdle());
    stopwatch.waited();
    ViewLink link = follower.linkOf(round);
    codec.rescale(link.view().size());
    for (Member member : link.view().members()) {
      add(link, member, round);
    }
    codec.takeAggregate(update);
    denseBytes += (long) Float.BYTES * layout.parameterCount() * link.peers().size();
    follower.complete();
    stopwatch.applied();
  }

  /** True when what this worker owes the others is gone, and the view is at rest. */
  private boolean isIdle() {
    return !follower.isSuspended() && follower.current().isIdle() && snapshots.isIdle();
  }

  private void add(ViewLink link, Member member, long round) {
    try {
      codec.add(link.payload(member.rank(), round));
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

  /**
   * Works until the condition holds. After the round timeout the coordinator is told; if it may
   * change the view, it has as long again. While a view is changed the coordinator watches over the
   * time, so that the deadline here is a wide one.
   */
  private void await(BooleanSupplier condition) {
    long timeoutNs = config.roundTimeout().toNanos();
    long sinceNs = System.nanoTime();
    long instructions = follower.instructionCount();
    boolean told = false;
    while (!condition.getAsBoolean()) {
      int done = turn();
      long nowNs = System.nanoTime();
      if (follower.instructionCount() != instructions) {
        instructions = follower.instructionCount();
        sinceNs = nowNs;
        told = false;
      }
      boolean patient = told || follower.isSuspended() || snapshots.isAwaited();
      if (nowNs - sinceNs > (patient ? PATIENCE * timeoutNs : timeoutNs)) {
        if (patient || tellTheCoordinator() == ViewChanges.Verdict.GIVE_UP) {
          throw new RoundFailedException(describeTimeout());
        }
        told = true;
      }
      peering.liveness().check();
      idle.idle(done);
    }
  }

  private ViewChanges.Verdict tellTheCoordinator() {
    long round = follower.completed() + 1;
    ViewLink link = follower.linkOf(round);
    List<Integer> missing = link.missing(round).stream().map(Member::rank).toList();
    return peering.changes().stalled(follower.current().view(), round, missing);
  }

  private String describeTimeout() {
    Transport transport = peering.transport();
    long round = follower.completed() + 1;
    ViewLink link = follower.linkOf(round);
    List<Member> missing = link.missing(round);
    return "round "
        + round
        + " on "
        + peering.self()
        + " must end within roundTimeout = "
        + config.roundTimeout()
        + ", but did not. Frames missing of: "
        + missing
        + "; arrived of: "
        + link.peers().stream().filter(peer -> !missing.contains(peer)).toList()
        + "; rejected frames: "
        + link.tally().describeRejected()
        + "; connected to all peers: "
        + transport.connected()
        + "; own frame sent: "
        + transport.flushed()
        + "; view: "
        + link.view().number()
        + (follower.isSuspended() ? ", being changed" : "")
        + (snapshots.isAwaited() ? "; snapshot awaited, " + snapshots.describe() : "")
        + ". See the logs of the missing workers; if they are merely slow, raise roundTimeout.";
  }
}
