// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.ReplicaState;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.transport.InProcessNetwork;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.network.NetworkSnapshot;

class ReplicaTest {

  private static final int WORKERS = 2;
  private static final int BATCH = 8;
  private static final int ROUNDS = 60;
  private static final int FEATURES = 4;
  private static final int CLASSES = 3;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void thresholdReplicasStayEqualBitByBit(long seed) throws Exception {
    List<NetworkSnapshot> replicas = train(new Adam(0.01), Quantizer.THRESHOLD, seed);
    assertThat(replicas.get(1).parametersSha256())
        .as("seed %d", seed)
        .isEqualTo(replicas.get(0).parametersSha256());
    assertThat(replicas.get(0).parametersSha256())
        .isNotEqualTo(
            NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))).parametersSha256());
  }

  @Test
  void denseReplicasEqualOneNetworkTrainedOnTheGlobalBatches() throws Exception {
    for (IUpdater updater : new IUpdater[] {new Sgd(0.1), new Nesterovs(0.05, 0.9)}) {
      List<NetworkSnapshot> replicas = train(updater, Quantizer.NONE, 11);
      assertThat(replicas.get(1).parametersSha256()).isEqualTo(replicas.get(0).parametersSha256());
      float[] reference = trainOnGlobalBatches(updater, 11);
      float[] shared = replicas.get(0).parameters();
      double worst =
          IntStream.range(0, reference.length)
              .mapToDouble(i -> Math.abs(reference[i] - shared[i]))
              .max()
              .orElseThrow();
      assertThat(worst).as("%s, largest difference", updater).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"PIPELINED, 1", "ASYNC, 1", "SYNC, 5"})
  void replicasOfEveryModeAreEqualInTheEnd(Synchrony synchrony, int localSteps) throws Exception {
    List<NetworkSnapshot> replicas =
        train(new Adam(0.01), Quantizer.THRESHOLD, synchrony, localSteps, 5);
    assertThat(replicas.get(1).parametersSha256()).isEqualTo(replicas.get(0).parametersSha256());
    assertThat(loss(replicas.get(0)))
        .isLessThan(loss(NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)))));
  }

  private static List<NetworkSnapshot> train(IUpdater updater, Quantizer quantizer, long seed)
      throws Exception {
    return train(updater, quantizer, Synchrony.SYNC, 1, seed);
  }

  private static List<NetworkSnapshot> train(
      IUpdater updater, Quantizer quantizer, Synchrony synchrony, int localSteps, long seed)
      throws Exception {
    NetworkSnapshot initial = NetworkSnapshot.initial(SparkTests.network(updater));
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
              BATCH * ROUNDS,
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
                initial.fingerprint())
            .with(synchrony)
            .withLocalSteps(localSteps);
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<NetworkSnapshot>> running = new ArrayList<>();
      for (int rank = 0; rank < WORKERS; rank++) {
        Peering peering = new Peering(view, rank, keys, transports.get(rank), Liveness.ALWAYS);
        running.add(
            threads.submit(
                () ->
                    trainOne(
                        initial,
                        UpdateExchange.open(
                            peering, layout, config, initial.parameters(), ReplicaState.NONE),
                        peering.rank(),
                        seed)));
      }
      List<NetworkSnapshot> replicas = new ArrayList<>();
      for (Future<NetworkSnapshot> one : running) {
        replicas.add(one.get(60, TimeUnit.SECONDS));
      }
      return replicas;
    } finally {
      threads.shutdownNow();
      transports.forEach(Transport::close);
    }
  }

  private static NetworkSnapshot trainOne(
      NetworkSnapshot initial, UpdateExchange exchange, int rank, long seed) {
    try (Replica replica = new Replica(initial, exchange)) {
      for (int round = 0; round < ROUNDS; round++) {
        replica.step(features(seed, round, rank), labels(seed, round, rank));
      }
      replica.drain();
      return replica.snapshot();
    }
  }

  private static double loss(NetworkSnapshot snapshot) {
    MultiLayerNetwork network = snapshot.restore();
    try {
      return network.score(batch(99, 0, 0));
    } finally {
      network.close();
    }
  }

  private static float[] trainOnGlobalBatches(IUpdater updater, long seed) {
    MultiLayerNetwork network = new MultiLayerNetwork(SparkTests.network(updater));
    network.init();
    for (int round = 0; round < ROUNDS; round++) {
      List<DataSet> parts = new ArrayList<>();
      for (int rank = 0; rank < WORKERS; rank++) {
        parts.add(batch(seed, round, rank));
      }
      network.fit(DataSet.merge(parts));
    }
    return NetworkSnapshot.of(network).parameters();
  }

  private static DataSet batch(long seed, int round, int rank) {
    float[] y = new float[BATCH * CLASSES];
    int[] labels = labels(seed, round, rank);
    for (int i = 0; i < BATCH; i++) {
      y[i * CLASSES + labels[i]] = 1f;
    }
    return new DataSet(
        Nd4j.create(features(seed, round, rank), new long[] {BATCH, FEATURES}, 'c'),
        Nd4j.create(y, new long[] {BATCH, CLASSES}, 'c'));
  }

  private static float[] features(long seed, int round, int rank) {
    Random random = new Random(seed * 1_000_003 + round * 31L + rank);
    int[] labels = labels(seed, round, rank);
    float[] features = new float[BATCH * FEATURES];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextFloat() * 2 - 1;
    }
    for (int row = 0; row < BATCH; row++) {
      features[row * FEATURES + labels[row]] += 1.5f;
    }
    return features;
  }

  private static int[] labels(long seed, int round, int rank) {
    return new Random(seed * 7 + round * 31L + rank).ints(BATCH, 0, CLASSES).toArray();
  }
}
