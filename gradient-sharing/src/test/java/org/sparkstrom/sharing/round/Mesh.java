// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.sharing.transport.InProcessNetwork;
import org.sparkstrom.sharing.transport.Transport;

/** The workers of a test: an in-process transport and a place in the view for each. */
final class Mesh implements AutoCloseable {
  private static final long SESSION_ID = 77;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final List<Transport> transports = new ArrayList<>();
  private final List<Peering> peerings = new ArrayList<>();

  Mesh(int workers) {
    this(workers, UnaryOperator.identity(), Liveness.ALWAYS);
  }

  Mesh(int workers, UnaryOperator<Transport> disturbance, Liveness liveness) {
    InProcessNetwork network = new InProcessNetwork(1 << 24);
    List<Member> members = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      Transport transport = disturbance.apply(network.open());
      Transport.Endpoint endpoint = transport.endpoint();
      transports.add(transport);
      members.add(
          new Member(rank, 1000 + rank, endpoint.host(), endpoint.port(), 10, "thread " + rank));
    }
    View view = new View(SESSION_ID, 1, members);
    FitSecret secret = FitSecret.random(new SecureRandom());
    for (int rank = 0; rank < workers; rank++) {
      SessionKeys keys = new SessionKeys(secret, SESSION_ID);
      peerings.add(new Peering(view, rank, keys, transports.get(rank), liveness));
    }
  }

  Peering peering(int rank) {
    return peerings.get(rank);
  }

  /** An exchange for each worker. */
  List<SynchronousExchange> exchanges(BlockLayout layout, ExchangeConfig config) {
    return peerings.stream().map(p -> new SynchronousExchange(p, layout, config)).toList();
  }

  static ExchangeConfig thresholdConfig(ThresholdPolicy policy, Aggregation aggregation) {
    return new ExchangeConfig(Quantizer.THRESHOLD, aggregation, policy, DEADLINE, 5);
  }

  static ExchangeConfig denseConfig(Aggregation aggregation) {
    return new ExchangeConfig(Quantizer.NONE, aggregation, new FixedThreshold(1), DEADLINE, 5);
  }

  static ExchangeConfig impatientConfig(Duration roundTimeout) {
    return new ExchangeConfig(
        Quantizer.THRESHOLD, Aggregation.MEAN, new FixedThreshold(1), roundTimeout, 5);
  }

  /** Runs the task of each worker in a thread of its own and waits for all. */
  static void inParallel(int workers, WorkerTask task) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    try {
      List<Future<Void>> futures = new ArrayList<>();
      for (int rank = 0; rank < workers; rank++) {
        int worker = rank;
        futures.add(
            executor.submit(
                () -> {
                  task.run(worker);
                  return null;
                }));
      }
      for (Future<Void> future : futures) {
        await(future);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void await(Future<Void> future) throws Exception {
    try {
      future.get(2 * DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("a worker did not end within " + DEADLINE.multipliedBy(2), e);
    } catch (ExecutionException e) {
      throw new AssertionError("a worker failed: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    transports.forEach(Transport::close);
  }

  /** What one worker does. */
  @FunctionalInterface
  interface WorkerTask {
    void run(int rank) throws Exception;
  }
}
