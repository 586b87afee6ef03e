// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.CoordinatorClient;
import org.sparkstrom.sharing.membership.FitCompletedException;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.aeron.StreamIds;
import org.sparkstrom.sharing.wire.FrameScope;
import org.sparkstrom.sharing.wire.FrameWriter;

/**
 * One attempt of one rank: joins, catches up, makes steps with random updates, completes.
 *
 * <p>It keeps a ledger: what it has sent in each round, and the aggregate that it applied. Updates
 * are multiples of 2^-10 below 2, so that all sums are exact.
 */
final class ElasticWorker implements Callable<Void>, ReplicaState, Account {
  static final BlockLayout LAYOUT = BlockLayout.of(30, 5);
  static final int LENGTH = LAYOUT.parameterCount();
  private static final AtomicLong ATTEMPTS = new AtomicLong();

  final int rank;
  final long attempt = ATTEMPTS.incrementAndGet();
  final float[] parameters = new float[LENGTH];
  final Map<Long, float[]> sentByRound = new ConcurrentHashMap<>();
  final Map<Long, float[]> appliedByRound = new ConcurrentHashMap<>();
  final Random random;

  volatile Future<Void> future;
  volatile long firstStep = -1; // -1 until it has the state of the fit
  volatile long steps;
  volatile long holdAt = Long.MAX_VALUE; // makes no step from here on, but serves its peers
  volatile long sleepAt = Long.MAX_VALUE; // does nothing from here on
  volatile int dieAtStepAfterSends = Integer.MAX_VALUE;
  volatile long dieAtStep = Long.MAX_VALUE;
  volatile SynchronousExchange exchange;
  volatile CoordinatorClient client;
  volatile View view;
  volatile boolean completed;
  volatile boolean hasGivenSnapshot;

  private final ElasticFit fit;
  private final DyingTransport transport;
  private final float[] produced = new float[LENGTH];
  private float[] sentSoFar = new float[LENGTH];

  ElasticWorker(ElasticFit fit, int rank) {
    this.fit = fit;
    this.rank = rank;
    this.random = new Random(attempt * 31 + rank);
    SessionKeys keys = new SessionKeys(fit.secret, ElasticFit.SESSION);
    this.transport = new DyingTransport(fit.network.apply(new StreamIds(keys, rank, attempt)));
  }

  Member member() {
    return new Member(
        rank,
        attempt,
        transport.endpoint().host(),
        transport.endpoint().port(),
        10,
        "thread " + rank + ", attempt " + attempt);
  }

  @Override
  public Void call() {
    try (CoordinatorClient opened =
        CoordinatorClient.connect(
            fit.coordinator.address(), fit.secret, ElasticFit.SESSION, ElasticFit.SOON)) {
      client = opened;
      view = opened.join(member(), ElasticFit.SOON);
      Peering peering =
          new Peering(
              view,
              rank,
              new SessionKeys(fit.secret, ElasticFit.SESSION),
              transport,
              opened,
              opened);
      exchange = new SynchronousExchange(peering, LAYOUT, fit.config, this);
      train(opened);
    } catch (FitCompletedException e) {
      return null; // came too late
    } finally {
      transport.close();
    }
    return null;
  }

  private void train(CoordinatorClient opened) {
    int lag = fit.config.synchrony().roundsInFlight();
    steps = exchange.catchUp();
    firstStep = steps;
    float[] update = new float[LENGTH];
    while (steps < fit.steps) {
      obeyTheTest();
      long round = steps + 1;
      fillDyadic(update);
      add(produced, update, 1);
      try {
        exchange.exchange(update);
      } finally {
        noteSent(round);
      }
      if (round - lag > 0) {
        apply(round - lag, update);
      }
      steps = round;
    }
    obeyTheTest();
    long before = exchange.counters().rounds();
    exchange.drain(update);
    if (exchange.counters().rounds() > before) {
      apply(steps, update);
    }
    opened.complete(Arrays.toString(parameters), ElasticFit.SOON, exchange::serve);
    completed = true;
  }

  private void obeyTheTest() {
    while (steps >= holdAt) {
      exchange.serve();
      LockSupport.parkNanos(50_000);
    }
    ElasticFit.await("the test wakes " + this, () -> steps < sleepAt);
    if (steps >= dieAtStep) {
      transport.dieAfterSends(dieAtStepAfterSends);
    }
  }

  /** What was sent is what was produced and is no residual. */
  private void noteSent(long round) {
    float[] sent = produced.clone();
    add(sent, exchange.residual(), -1);
    float[] now = sent.clone();
    add(now, sentSoFar, -1);
    sentSoFar = sent;
    sentByRound.put(round, now);
  }

  private void apply(long round, float[] aggregate) {
    appliedByRound.put(round, aggregate.clone());
    add(parameters, aggregate, 1);
  }

  private void fillDyadic(float[] update) {
    for (int i = 0; i < update.length; i++) {
      update[i] = (random.nextInt(1 << 12) - (1 << 11)) / 1024f;
    }
  }

  static void add(float[] sums, float[] values, float factor) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * values[i];
    }
  }

  /** The last step begins to fail after so many frames of it have been sent. */
  void dieAt(long step, int afterSends) {
    dieAtStepAfterSends = afterSends;
    dieAtStep = step;
  }

  void dieNow(int afterSends) {
    transport.dieAfterSends(afterSends);
  }

  /** Sends a well sealed frame to all others, as a worker would that was asleep and goes on. */
  void sendAsOfView(int number, long round) {
    FrameScope scope = new FrameScope(ElasticFit.SESSION, number, 5, Quantizer.THRESHOLD, LAYOUT);
    SecretKey key = new SessionKeys(fit.secret, ElasticFit.SESSION).frameKey(rank, attempt);
    ByteBuffer payload = ByteBuffer.allocate(2 * 6).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer frame = new FrameWriter(scope, rank, key).write(round, payload);
    for (Member peer : view.members()) {
      if (peer.rank() != rank) {
        transport.send(peer.rank(), frame);
      }
    }
    ElasticFit.await("frames are gone", () -> transport.poll(ignored -> {}) == 0);
  }

  void awaitEnd() throws Exception {
    try {
      future.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(this + " hangs", e);
    }
  }

  /** Why this worker ended badly; fails if it did not. */
  Throwable awaitFailure() throws Exception {
    try {
      awaitEnd();
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError(this + " should have failed");
  }

  @Override
  public ByteBuffer save() {
    ByteBuffer state = ByteBuffer.allocate(Float.BYTES * LENGTH);
    state.asFloatBuffer().put(parameters);
    hasGivenSnapshot = true;
    return state;
  }

  @Override
  public void restore(ByteBuffer state) {
    state.asFloatBuffer().get(parameters);
  }

  /** What this worker has sent, over all rounds up to one. */
  float[] sentUpTo(long round) {
    float[] sum = new float[LENGTH];
    new TreeMap<>(sentByRound).headMap(round, true).values().forEach(sent -> add(sum, sent, 1));
    return sum;
  }

  @Override
  public Map<Long, float[]> sentByRound() {
    return sentByRound;
  }

  @Override
  public Map<Long, float[]> appliedByRound() {
    return appliedByRound;
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public boolean completed() {
    return completed;
  }

  @Override
  public boolean hasGivenSnapshot() {
    return hasGivenSnapshot;
  }

  @Override
  public String toString() {
    return "worker " + rank + ", attempt " + attempt + ", at step " + steps;
  }
}
