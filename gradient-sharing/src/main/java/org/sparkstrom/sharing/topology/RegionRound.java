// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.sparkstrom.sharing.codec.BlockCounts;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.Threshold;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;
import org.sparkstrom.sharing.threshold.ThresholdController;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;

/**
 * The rounds of one worker under a {@link RegionPlan}: a sparse reduce-scatter with error feedback
 * at the owners, sums of whole regions, then an allgather.
 *
 * <p>It does not block and knows no network: {@link #start} hands out the messages of the first
 * phase, {@link #receive} takes one message and hands out those of the next phase when the last one
 * was here. The order of messages within a phase makes no difference.
 *
 * <p>All replicas take the same aggregate bit by bit, since each region's owner decides it and its
 * integers travel; where whole levels leave a region with several owners, all have the same
 * integers. Mass is conserved: what was produced is what was applied plus the residuals of the
 * workers and of the owners on each level, those of {@link RegionPlan#firstHolder} alone. Sums are
 * exact in float32 up to the rounding that {@link ThresholdQuantizer} names.
 *
 * <p>The controller needs counts that every replica has. What it counts is what workers send of
 * their own updates, as in a mesh, so that the density target keeps its meaning. The counts ride on
 * messages: upwards to the member with digit 0, on whole levels to all, downwards from digit 0.
 *
 * <p>Not thread-safe.
 */
public final class RegionRound {
  /** Above, sums of multiplicities in one group might not be exact in float32. */
  public static final int MAX_WORKERS = 1024;

  private final RegionPlan plan;
  private final int place;
  private final ThresholdQuantizer quantizer;
  private final ThresholdController controller;
  private final RegionLevel[] levels;
  private final int[] steps; // by level, of what enters it; the last is that of the aggregate
  private final SparseUpdate own;
  private final byte[] exponents;
  private final long[] counts;
  private final BitSet missing = new BitSet();
  private final ByteBuffer payload;

  private SparseUpdate current;
  private int phase;

  /**
   * Starts before the first round with residuals of zeros.
   *
   * @param place this worker's number, from 0
   * @throws IllegalArgumentException if there are more workers than parameters or than {@link
   *     #MAX_WORKERS}
   */
  public RegionRound(RegionPlan plan, int place, BlockLayout layout, ThresholdPolicy policy) {
    int most = Math.min(MAX_WORKERS, layout.parameterCount());
    if (plan.workers() > most) {
      throw new IllegalArgumentException(
          "regions must have at most "
              + most
              + " workers, one a parameter and "
              + MAX_WORKERS
              + " in all, but have "
              + plan.workers());
    }
    this.plan = plan;
    this.place = place;
    this.quantizer = new ThresholdQuantizer(layout);
    this.controller = new ThresholdController(policy, layout);
    this.levels = new RegionLevel[plan.levels()];
    this.steps = new int[plan.levels() + 1];
    for (int level = 0; level < levels.length; level++) {
      levels[level] = new RegionLevel(plan, place, level, layout);
      steps[level + 1] =
          plan.isQuantized(level)
              ? steps[level] + RegionLevel.steps(plan.addends(level))
              : steps[level];
    }
    this.own = new SparseUpdate(layout);
    this.exponents = new byte[layout.blockCount()];
    this.counts = new long[layout.blockCount()];
    this.payload =
        ByteBuffer.allocate(layout.maxPayloadBytes() + BlockCounts.MAX_BYTES * layout.blockCount())
            .order(ByteOrder.LITTLE_ENDIAN);
    this.current = own;
    this.phase = plan.phases();
  }

  /**
   * Begins a round: quantizes the update and hands out the messages of the first phase.
   *
   * @param update float32 [parameterCount]; not changed
   */
  public void start(float[] update, RegionOutbox out) {
    if (!isComplete()) {
      throw new IllegalStateException("a round must be complete before the next one starts");
    }
    controller.exponents(exponents);
    quantizer.quantize(update, exponents, own);
    Arrays.fill(counts, 0);
    own.countInto(counts);
    current = own;
    phase = 0;
    if (!isComplete()) {
      enter(out);
    }
  }

  /** The phase in progress, from 0; the number of phases when the round is complete. */
  public int phase() {
    return phase;
  }

  /** True when the aggregate can be taken. */
  public boolean isComplete() {
    return phase == plan.phases();
  }

  /** Places of the workers whose messages this phase awaits. */
  public List<Integer> missing() {
    int level = plan.levelOf(phase);
    return missing.stream().mapToObj(digit -> plan.member(place, level, digit)).toList();
  }

  /** True if this worker's message is awaited in this phase. */
  public boolean awaits(int sender) {
    if (isComplete()) {
      return false;
    }
    int level = plan.levelOf(phase);
    int digit = plan.digit(sender, level);
    return missing.get(digit) && plan.member(place, level, digit) == sender;
  }

  /**
   * Takes an awaited message of this phase. If it was the last one, the next phase begins.
   *
   * @param message little-endian, from position to limit; consumed
   * @throws CorruptPayloadException if the bytes are not what that worker must send
   */
  public void receive(int sender, ByteBuffer message, RegionOutbox out)
      throws CorruptPayloadException {
    if (!awaits(sender)) {
      throw new IllegalStateException(
          "a message must be awaited, but worker "
              + sender
              + " has none to send in phase "
              + phase);
    }
    int level = plan.levelOf(phase);
    int digit = plan.digit(sender, level);
    if (plan.isReduce(phase)) {
      if (countsGo(sender, place)) {
        BlockCounts.addTo(message, counts);
      }
      levels[level].readPart(message, exponents, steps[level]);
    } else {
      if (countsGo(sender, place)) {
        Arrays.fill(counts, 0);
        BlockCounts.addTo(message, counts);
      }
      levels[level].readOther(digit, message, exponents, steps[plan.levels()]);
    }
    missing.clear(digit);
    if (missing.isEmpty()) {
      finish();
      if (!isComplete()) {
        enter(out);
      }
    }
  }

  /**
   * Replaces the update by the aggregate of the complete round and prepares the next one.
   *
   * @param update float32 [parameterCount]
   * @param scale what the sum over all workers is multiplied with
   */
  public void takeAggregate(float[] update, double scale) {
    if (!isComplete()) {
      throw new IllegalStateException("the aggregate is complete after phase " + plan.phases());
    }
    Arrays.fill(update, 0);
    current.forEach(
        (block, parameter, k) ->
            update[parameter] = (float) (Threshold.of(current.exponent(block)) * scale * k));
    controller.onRound(counts, plan.workers());
  }

  /** Entries of this worker's own update that it has sent in this round. */
  public int sentEntries() {
    return own.count();
  }

  /**
   * A copy of what waits to be sent.
   *
   * @param level 0 for the worker's own update, l + 1 for what it owns on level l of the plan
   */
  public float[] residual(int level) {
    return quantizer(level).residual();
  }

  /** Entries that all workers have sent of the block in the last round. */
  public long count(int block) {
    return counts[block];
  }

  /** A worker's threshold of the block in the last round is 2 to this power. */
  public int exponent(int block) {
    return exponents[block];
  }

  /** Euclidean norm of the residuals on all levels. */
  public double residualNorm() {
    double squares = 0;
    for (int level = 0; level <= plan.levels(); level++) {
      double norm = quantizer(level).residualNorm();
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }

  /** Puts another residual in place, as {@link #residual} has given it. */
  public void restore(int level, float[] residual) {
    quantizer(level).restore(residual);
  }

  /** Entries of a residual. */
  public int residualLength(int level) {
    return quantizer(level).layout().parameterCount();
  }

  /** Bytes that {@link #saveThresholds} writes. */
  public int thresholdBytes() {
    return controller.stateBytes();
  }

  /** Writes what the next rounds' thresholds depend on, the same on all workers. */
  public void saveThresholds(ByteBuffer out) {
    controller.save(out);
  }

  /** Goes on with thresholds where {@link #saveThresholds} stood. */
  public void restoreThresholds(ByteBuffer in) {
    controller.restore(in);
  }

  /** Where the parameters of a residual start in the flat update. */
  public int residualStart(int level) {
    return level == 0 ? 0 : levels[level - 1].ownStart();
  }

  private ThresholdQuantizer quantizer(int level) {
    return level == 0 ? quantizer : levels[level - 1].quantizer();
  }

  /** Hands out the messages of the phase; those who are to be reached first differ by worker. */
  private void enter(RegionOutbox out) {
    int level = plan.levelOf(phase);
    int factor = plan.factor(level);
    int digit = plan.digit(place, level);
    missing.set(0, factor);
    missing.clear(digit);
    if (plan.isReduce(phase)) {
      levels[level].startReduce(current);
    }
    for (int other = 1; other < factor; other++) {
      send(level, (digit + other) % factor, out);
    }
  }

  private void send(int level, int digit, RegionOutbox out) {
    int receiver = plan.member(place, level, digit);
    payload.clear();
    if (countsGo(place, receiver)) {
      BlockCounts.write(counts, payload);
    }
    SparseUpdate content = current;
    if (plan.isReduce(phase)) {
      content = levels[level].writePart(digit, current, payload);
    } else {
      levels[level].writeOwn(current, payload);
    }
    out.send(receiver, phase, content, payload.flip());
  }

  private void finish() {
    int level = plan.levelOf(phase);
    if (plan.isReduce(phase)) {
      current = levels[level].finishReduce(exponents, steps[level + 1]);
    } else {
      current = levels[level].finishGather(current);
    }
    phase++;
  }

  /** True if this phase's message from one to the other has counts before the entries. */
  private boolean countsGo(int sender, int receiver) {
    int level = plan.levelOf(phase);
    if (!plan.isSplit(level)) {
      return plan.isFirstOfSplit(sender);
    }
    int root = plan.isReduce(phase) ? receiver : sender;
    return plan.isFirstBelow(root, level) && plan.digit(root, level) == 0;
  }
}
