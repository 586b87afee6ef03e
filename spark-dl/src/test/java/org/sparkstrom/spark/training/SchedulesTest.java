// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Schedules follow the rounds and epochs of the fit, whatever rows a worker has. */
class SchedulesTest {

  private static final int EPOCHS = 4;
  private static final int ROUNDS_PER_EPOCH = 3;
  private static final int ROWS = 8;

  static Stream<ISchedule> schedules() {
    return Stream.of(ScheduleType.ITERATION, ScheduleType.EPOCH)
        .flatMap(
            type ->
                Stream.of(
                    new StepSchedule(type, 0.2, 0.5, 2),
                    new ExponentialSchedule(type, 0.2, 0.8),
                    new MapSchedule.Builder(type).add(0, 0.2).add(2, 0.05).add(3, 0.1).build(),
                    new CycleSchedule(type, 0.05, 0.2, 6, 2, 0.5),
                    new InverseSchedule(type, 0.2, 0.5, 2),
                    new PolySchedule(type, 0.2, 2, 20),
                    new SigmoidSchedule(type, 0.2, 0.5, 3)));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void allRowsGiveWhatOneNetworkGives(ISchedule schedule) throws Exception {
    NetworkSnapshot initial = NetworkSnapshot.initial(SparkTests.network(new Sgd(schedule)));
    List<ReplicaFit.End> ends =
        ReplicaFit.train(
            initial,
            Quantizer.NONE,
            (replica, rank) -> epochs(replica, round -> replica.step(batch(round, rank))));
    NetworkSnapshot alone = alone(initial, ReplicaFit.global(rounds(), SchedulesTest::batch));
    requireSameProgress(ends, alone);
    assertThat(ReplicaFit.difference(ends.get(0).snapshot(), alone)).isLessThan(1e-5);
    NetworkSnapshot constant =
        alone(
            NetworkSnapshot.initial(SparkTests.network(new Sgd(0.2))),
            ReplicaFit.global(rounds(), SchedulesTest::batch));
    assertThat(ReplicaFit.difference(constant, alone)).as("schedule matters").isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void aWorkerWithoutRowsKeepsCount(ISchedule schedule) throws Exception {
    NetworkSnapshot initial = NetworkSnapshot.initial(SparkTests.network(new Sgd(schedule)));
    List<ReplicaFit.End> ends =
        ReplicaFit.train(
            initial,
            Quantizer.NONE,
            (replica, rank) ->
                epochs(
                    replica,
                    round -> {
                      // worker 1 has rows in odd rounds alone
                      if (rank == 0 || round % 2 == 1) {
                        replica.step(batch(round, 0));
                      } else {
                        replica.stepWithoutRows();
                      }
                    }));
    NetworkSnapshot expected = halfInEvenRounds(initial);
    requireSameProgress(ends, expected);
    assertThat(ReplicaFit.difference(ends.get(0).snapshot(), expected)).isLessThan(1e-6);
  }

  /** Rounds by number, in epochs. */
  @FunctionalInterface
  private interface Round {
    void run(int round);
  }

  private static void epochs(Replica replica, Round step) {
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i = 0; i < ROUNDS_PER_EPOCH; i++) {
        step.run(epoch * ROUNDS_PER_EPOCH + i);
      }
      replica.endEpoch();
    }
  }

  private static int rounds() {
    return EPOCHS * ROUNDS_PER_EPOCH;
  }

  private static void requireSameProgress(List<ReplicaFit.End> ends, NetworkSnapshot alone) {
    for (ReplicaFit.End end : ends) {
      assertThat(end.snapshot().parametersSha256())
          .isEqualTo(ends.get(0).snapshot().parametersSha256());
      assertThat(end.snapshot().iteration()).isEqualTo(alone.iteration()).isEqualTo(rounds());
      assertThat(end.snapshot().epoch()).isEqualTo(alone.epoch()).isEqualTo(EPOCHS);
    }
  }

  private static NetworkSnapshot alone(NetworkSnapshot initial, List<MultiDataSet> batches) {
    try (LiveNetwork network = LiveNetwork.of(initial)) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        batches
            .subList(epoch * ROUNDS_PER_EPOCH, (epoch + 1) * ROUNDS_PER_EPOCH)
            .forEach(network::fit);
        network.moveTo(network.iteration(), network.epoch() + 1);
      }
      return network.snapshot();
    }
  }

  /** One network that goes half the way in even rounds, as if half of the workers had no rows. */
  private static NetworkSnapshot halfInEvenRounds(NetworkSnapshot initial) {
    try (LiveNetwork network = LiveNetwork.of(initial)) {
      for (int round = 0; round < rounds(); round++) {
        INDArray before = network.parameters().dup();
        network.fit(batch(round, 0));
        if (round % 2 == 0) {
          network.parameters().addi(before).divi(2);
        }
        network.moveTo(network.iteration(), (round + 1) / ROUNDS_PER_EPOCH);
      }
      return network.snapshot();
    }
  }

  private static MultiDataSet batch(int round, int rank) {
    Random random = new Random(100L * round + rank);
    return new MultiDataSet(
        TestNetworks.values(random, ROWS, 4), TestNetworks.classes(random, ROWS, 3));
  }
}
