// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

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
import java.util.concurrent.atomic.AtomicBoolean;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.InProcessNetwork;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A fit whose workers are threads of this JVM, over an in-process network and without Spark.
 *
 * <p>It shows what an exchange does to learning, apart from clusters and their failures: replicas,
 * rounds, frames and encryption are those of a fit on Spark. Each worker has a thread, because an
 * exchange blocks until the peers' frames are here.
 *
 * @param batchSize rows per worker and round
 * @param epochs passes over the rows
 * @param seed decides the order of rows in each epoch
 * @param deadline how long the whole fit may take
 */
public record ThreadedFit(int batchSize, int epochs, long seed, Duration deadline) {
  private static final long SESSION_ID = 1;
  private static final int FRAME_OVERHEAD_BYTES = 1024;

  public ThreadedFit {
    if (batchSize < 1 || epochs < 1) {
      throw new IllegalArgumentException(
          "batchSize and epochs must be at least 1, but are " + batchSize + " and " + epochs);
    }
  }

  /** The rows of one worker. */
  public interface Rows {
    /** Number of rows. */
    int count();

    /** Number of features of each row. */
    int featureCount();

    /** Copies a row's features to {@code features}, from {@code offset} on; returns its label. */
    int read(int row, float[] features, int offset);
  }

  /** Opens the exchange of one worker; the fit closes it. */
  @FunctionalInterface
  public interface ExchangeFactory {
    /** The exchange of the worker at that place, for replicas that start from that network. */
    UpdateExchange open(Peering peering, BlockLayout layout, NetworkSnapshot initial);
  }

  /** Told of each epoch of rank 0, on its thread, so that its peers wait meanwhile. */
  @FunctionalInterface
  public interface EpochListener {
    /** Takes note of an epoch, 0-based, with its mean loss and what rank 0 has sent so far. */
    void onEpoch(int epoch, double loss, ExchangeCounters counters, NetworkSnapshot replica);
  }

  /**
   * What a fit has come to.
   *
   * @param snapshot the replicas, which are equal
   * @param counters what each worker has sent, in rank order
   * @param seconds wall time
   */
  public record Outcome(NetworkSnapshot snapshot, List<ExchangeCounters> counters, double seconds) {

    public Outcome {
      counters = List.copyOf(counters);
    }
  }

  /** One worker at its end. */
  record WorkerEnd(NetworkSnapshot snapshot, ExchangeCounters counters) {}

  /**
   * Trains until the last epoch is over and all replicas are equal.
   *
   * @param initial what all replicas start from
   * @param rows the rows of each worker, in rank order
   * @throws TrainingException if a worker fails, the deadline passes or replicas differ at the end
   */
  public Outcome run(
      NetworkSnapshot initial,
      List<? extends Rows> rows,
      ExchangeFactory exchanges,
      EpochListener listener)
      throws InterruptedException {
    BlockLayout layout = Replica.layout(initial);
    InProcessNetwork network =
        new InProcessNetwork(layout.maxPayloadBytes() + FRAME_OVERHEAD_BYTES);
    long startNs = System.nanoTime();
    AtomicBoolean failed = new AtomicBoolean();
    List<Transport> transports = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(rows.size());
    try {
      rows.forEach(ignored -> transports.add(network.open()));
      List<Future<WorkerEnd>> running = new ArrayList<>();
      for (Peering peering : peerings(transports, rows, failed)) {
        ThreadedWorker worker =
            new ThreadedWorker(this, peering, rows.get(peering.rank()), listener);
        running.add(
            threads.submit(
                () -> {
                  try {
                    return worker.run(initial, exchanges.open(peering, layout, initial));
                  } catch (RuntimeException | Error e) {
                    failed.set(true);
                    throw e;
                  }
                }));
      }
      List<WorkerEnd> ends = await(running, startNs + deadline.toNanos());
      double seconds = (System.nanoTime() - startNs) * 1e-9;
      return new Outcome(
          requireEqual(ends), ends.stream().map(WorkerEnd::counters).toList(), seconds);
    } finally {
      failed.set(true); // ends the workers that still wait for a frame
      threads.shutdownNow();
      transports.forEach(Transport::close);
    }
  }

  private static List<Peering> peerings(
      List<Transport> transports, List<? extends Rows> rows, AtomicBoolean failed) {
    List<Member> members = new ArrayList<>();
    for (int rank = 0; rank < transports.size(); rank++) {
      Transport.Endpoint at = transports.get(rank).endpoint();
      long rowCount = rows.get(rank).count();
      members.add(new Member(rank, rank, at.host(), at.port(), rowCount, "thread " + rank));
    }
    View view = new View(SESSION_ID, 1, members);
    SessionKeys keys = new SessionKeys(FitSecret.random(new SecureRandom()), SESSION_ID);
    Liveness liveness =
        () -> {
          if (failed.get()) {
            throw new SharingAbortedException("another worker of this fit has failed");
          }
        };
    return members.stream()
        .map(m -> new Peering(view, m.rank(), keys, transports.get(m.rank()), liveness))
        .toList();
  }

  private List<WorkerEnd> await(List<Future<WorkerEnd>> running, long deadlineNs)
      throws InterruptedException {
    List<WorkerEnd> ends = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (Future<WorkerEnd> one : running) {
      try {
        ends.add(one.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS));
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      } catch (TimeoutException e) {
        throw new TrainingException(
            "the fit must end within %s, but did not".formatted(deadline), e);
      }
    }
    if (!failures.isEmpty()) {
      Throwable cause =
          failures.stream()
              .filter(failure -> !(failure instanceof SharingAbortedException))
              .findFirst()
              .orElse(failures.get(0));
      throw new TrainingException("a worker has failed: " + cause.getMessage(), cause);
    }
    return ends;
  }

  private static NetworkSnapshot requireEqual(List<WorkerEnd> ends) {
    List<String> hashes = ends.stream().map(end -> end.snapshot().parametersSha256()).toList();
    if (hashes.stream().distinct().count() != 1) {
      throw new TrainingException("all replicas must be equal, but have the hashes " + hashes);
    }
    return ends.get(0).snapshot();
  }
}
