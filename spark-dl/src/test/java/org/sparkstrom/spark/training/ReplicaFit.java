// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.ReplicaState;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.transport.InProcessNetwork;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Two replicas that train in threads of this JVM, and the one network that they must equal. */
final class ReplicaFit {

  static final int WORKERS = 2;

  private ReplicaFit() {}

  /** What a worker does with its replica. */
  @FunctionalInterface
  interface Worker {
    void train(Replica replica, int rank);
  }

  /** The batch of a worker in a round. */
  @FunctionalInterface
  interface Batches {
    MultiDataSet of(int round, int rank);
  }

  /**
   * What a worker ends with.
   *
   * @param snapshot its replica
   * @param counters what it has sent
   */
  record End(NetworkSnapshot snapshot, ExchangeCounters counters) {}

  /** A worker that makes this many rounds. */
  static Worker rounds(int rounds, Batches batches) {
    return (replica, rank) -> {
      for (int round = 0; round < rounds; round++) {
        replica.step(batches.of(round, rank));
      }
    };
  }

  /**
   * The ends of both workers, which are the mean of whole updates or of those above a threshold.
   */
  static List<End> train(NetworkSnapshot initial, Quantizer quantizer, Worker worker)
      throws Exception {
    BlockLayout layout = Replica.layout(initial);
    InProcessNetwork network = new InProcessNetwork(1 << 20);
    List<Transport> transports = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (int rank = 0; rank < WORKERS; rank++) {
      Transport transport = network.open();
      transports.add(transport);
      members.add(
          new Member(
              rank,
              rank,
              transport.endpoint().host(),
              transport.endpoint().port(),
              1,
              "thread " + rank));
    }
    View view = new View(5, 1, members);
    SessionKeys keys = new SessionKeys(FitSecret.random(new SecureRandom()), 5);
    ExchangeConfig config =
        new ExchangeConfig(
            quantizer,
            Aggregation.MEAN,
            new TargetDensity(0.1, 10, -8),
            Duration.ofSeconds(20),
            initial.fingerprint());
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<End>> running = new ArrayList<>();
      for (int rank = 0; rank < WORKERS; rank++) {
        Peering peering = new Peering(view, rank, keys, transports.get(rank), Liveness.ALWAYS);
        running.add(
            threads.submit(
                () -> {
                  try (UpdateExchange exchange =
                      UpdateExchange.open(
                          peering, layout, config, initial.parameters(), ReplicaState.NONE)) {
                    return trainOne(initial, exchange, worker, peering.rank());
                  }
                }));
      }
      List<End> ends = new ArrayList<>();
      for (Future<End> one : running) {
        ends.add(one.get(60, TimeUnit.SECONDS));
      }
      return ends;
    } finally {
      threads.shutdownNow();
      transports.forEach(Transport::close);
    }
  }

  private static End trainOne(
      NetworkSnapshot initial, UpdateExchange exchange, Worker worker, int rank) {
    try (Replica replica = new Replica(initial, exchange)) {
      worker.train(replica, rank);
      replica.drain();
      return new End(replica.snapshot(), exchange.counters());
    }
  }

  /** One network that DL4J alone trains on these batches, one after the other. */
  static NetworkSnapshot alone(NetworkSnapshot initial, List<MultiDataSet> batches) {
    try (LiveNetwork network = LiveNetwork.of(initial)) {
      batches.forEach(network::fit);
      return network.snapshot();
    }
  }

  /** The batches of all rounds, each with the rows of all workers. */
  static List<MultiDataSet> global(int rounds, Batches batches) {
    return IntStream.range(0, rounds)
        .mapToObj(
            round ->
                concatenated(
                    IntStream.range(0, WORKERS).mapToObj(rank -> batches.of(round, rank)).toList()))
        .toList();
  }

  private static MultiDataSet concatenated(List<MultiDataSet> parts) {
    return new MultiDataSet(
        joined(parts.stream().map(MultiDataSet::getFeatures).toList()),
        joined(parts.stream().map(MultiDataSet::getLabels).toList()),
        joined(parts.stream().map(MultiDataSet::getFeaturesMaskArrays).toList()),
        joined(parts.stream().map(MultiDataSet::getLabelsMaskArrays).toList()));
  }

  private static INDArray[] joined(List<INDArray[]> parts) {
    INDArray[] first = parts.get(0);
    if (first == null) {
      return null;
    }
    INDArray[] all = new INDArray[first.length];
    for (int i = 0; i < first.length; i++) {
      int place = i;
      all[i] =
          first[i] == null
              ? null
              : Nd4j.concat(0, parts.stream().map(part -> part[place]).toArray(INDArray[]::new));
    }
    return all;
  }

  /** The largest difference between parameters of two networks. */
  static double difference(NetworkSnapshot one, NetworkSnapshot other) {
    float[] a = one.parameters();
    float[] b = other.parameters();
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }
}
