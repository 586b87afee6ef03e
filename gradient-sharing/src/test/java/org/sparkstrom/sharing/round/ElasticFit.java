// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.CoordinatorConfig;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.transport.InProcessNetwork;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.StreamIds;

/** A fit with a real coordinator, whose workers are threads that may die, come, and lag. */
final class ElasticFit implements AutoCloseable {
  static final long SESSION = 99;
  static final Duration SOON = Duration.ofSeconds(20);

  /** Room for all that peers send to a worker that a test has put to sleep. */
  private static final int INBOX_FRAMES = 64;

  final FitSecret secret = FitSecret.random(new SecureRandom());
  final Coordinator coordinator;
  final ExchangeConfig config;
  final int steps;
  final Function<StreamIds, Transport> network;
  final List<ElasticWorker> workers = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  ElasticFit(int workers, int minWorkers, ExchangeConfig config, int steps) {
    this(
        workers, minWorkers, config, steps, inProcess(new InProcessNetwork(1 << 16, INBOX_FRAMES)));
  }

  ElasticFit(
      int workers,
      int minWorkers,
      ExchangeConfig config,
      int steps,
      Function<StreamIds, Transport> network) {
    this.config = config;
    this.steps = steps;
    this.network = network;
    this.coordinator =
        Coordinator.open(
            new CoordinatorConfig(
                SESSION,
                secret,
                "127.0.0.1",
                "127.0.0.1",
                0,
                workers,
                minWorkers,
                SOON,
                SOON,
                config.roundTimeout()));
  }

  private static Function<StreamIds, Transport> inProcess(InProcessNetwork network) {
    return ids -> network.open();
  }

  /** Starts an attempt of a rank in a thread of its own. */
  ElasticWorker start(int rank) {
    return start(new ElasticWorker(this, rank));
  }

  ElasticWorker start(ElasticWorker worker) {
    workers.add(worker);
    worker.future = threads.submit(worker);
    return worker;
  }

  /** Workers of all ranks, in rank order, in the first view. */
  List<ElasticWorker> startAll(int count) {
    List<ElasticWorker> started = new CopyOnWriteArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      started.add(start(rank));
    }
    return started;
  }

  static void await(String awaited, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("not within " + SOON + ": " + awaited);
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    }
  }

  /** Waits until an attempt is no member any more. */
  void awaitGone(ElasticWorker worker) {
    await(worker + " is in", () -> worker.view != null);
    await(worker + " is gone", () -> !coordinator.membership().members().contains(worker.member()));
  }

  @Override
  public void close() {
    coordinator.close();
    threads.shutdownNow();
  }
}
