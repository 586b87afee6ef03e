// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.BatchPlan;
import org.sparkstrom.spark.data.BatchReader;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What a worker that joins a running fit starts with, against one thread that does the arithmetic
 * of all workers with DL4J's gradients and updaters.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class JoinerTest {

  private static final Logger LOG = LoggerFactory.getLogger(JoinerTest.class);
  private static final int ROWS = 120; // 5 rounds an epoch
  private static final int DEATH = 7;
  private static final int ROUNDS = 25;

  @TempDir private Path folder;

  static Stream<Arguments> joins() {
    List<Arguments> cases = new ArrayList<>();
    for (IUpdater updater : List.of(new Adam(0.01), new Nesterovs(0.05, 0.9))) {
      cases.add(
          Arguments.of(updater, 13, List.of(2), 14)); // worker 0 waits for worker 2 in round 14
      cases.add(Arguments.of(updater, 13, List.of(0, 2), 13)); // it has not begun round 14
      cases.add(Arguments.of(updater, 15, List.of(2), 15)); // it waits at the end of an epoch
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}, join after round {1}, {2} held")
  @MethodSource("joins")
  void aJoinerGoesOnAsItsDonorAndCountsNoRoundTwice(
      IUpdater updater, int join, List<Integer> held, int updaterRound) throws Exception {
    NetworkSnapshot initial = NetworkSnapshot.initial(SparkTests.network(updater));
    TrainingConfig config =
        TrainingConfig.builder()
            .workers(JoiningFit.WORKERS)
            .batchSize(8)
            .epochs(ROUNDS / 5)
            .quantizer(Quantizer.NONE)
            .build();
    JoiningFit.Pace pace = new JoiningFit.Pace(DEATH, join, held);
    try (JoiningFit fit = new JoiningFit(initial, config, ROWS, pace, folder)) {
      List<NetworkSnapshot> ends = fit.run();

      assertThat(fit.updaterRound()).as("the donor's updater").isEqualTo(updaterRound);
      assertThat(ends).extracting(NetworkSnapshot::iteration).containsOnly(ROUNDS);
      assertThat(ends)
          .extracting(NetworkSnapshot::parametersSha256)
          .containsOnly(ends.get(0).parametersSha256());
      List<float[]> expected = expected(fit, initial, updater, join, updaterRound);
      double worst = difference(expected.get(0), ends.get(0).parameters());
      for (int rank = 0; rank < JoiningFit.WORKERS; rank++) {
        double ofState = difference(expected.get(rank + 1), ends.get(rank).updaterState());
        worst = Math.max(worst, ofState);
      }
      LOG.warn("{}, join after round {}: largest difference {}", updater, join, worst);
      assertThat(worst).isLessThan(2e-6);

      List<float[]> late = expected(fit, initial, updater, join, updaterRound + 1);
      assertThat(difference(late.get(0), ends.get(0).parameters()))
          .as("from what a donor one round further would have led to")
          .isGreaterThan(1e-4);
    }
  }

  /**
   * The parameters that all end with, and the state of the updater of each rank. Worker 1 goes on
   * with a copy of worker 0's updater as it is after {@code learned} rounds, and adds zeros before.
   */
  private static List<float[]> expected(
      JoiningFit fit, NetworkSnapshot initial, IUpdater updater, int join, int learned) {
    MultiLayerNetwork network = initial.restore();
    List<BatchReader> batches = new ArrayList<>();
    List<INDArray> states = new ArrayList<>();
    List<GradientUpdater<?>> updaters = new ArrayList<>();
    for (int rank = 0; rank < JoiningFit.WORKERS; rank++) {
      batches.add(new BatchReader(fit.rows(rank).training(), plan(fit, rank)));
      states.add(Nd4j.zeros(1, updater.stateSize(network.numParams())));
      updaters.add(updater.instantiate(states.get(rank), true));
    }
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        boolean alone = round > DEATH && round <= join;
        boolean silent = alone || (round > join && round <= learned);
        INDArray sum = Nd4j.zeros(1, network.numParams());
        for (int rank = 0; rank < JoiningFit.WORKERS; rank++) {
          MultiDataSet batch = batches.get(rank).next();
          if (rank != JoiningFit.VICTIM || !silent) {
            INDArray update = gradient(network, batch);
            updaters.get(rank).applyUpdater(update, round - 1, (round - 1) / 5);
            sum.addi(update);
          }
        }
        network.params().subi(sum.divi(alone ? 2 : 3).reshape(network.params().shape()));
        if (round == learned) {
          states.get(JoiningFit.VICTIM).assign(states.get(0));
        }
      }
      return Stream.concat(Stream.of(network.params()), states.stream())
          .map(INDArray::toFloatVector)
          .toList();
    } finally {
      batches.forEach(BatchReader::close);
      network.close();
    }
  }

  private static BatchPlan plan(JoiningFit fit, int rank) {
    FitContext context = fit.context();
    return new BatchPlan(
        context.rows().format(),
        BatchPlan.Order.SHUFFLED,
        context.config().seed(),
        rank,
        context.config().batchSize(),
        context.rows().perEpoch());
  }

  private static INDArray gradient(MultiLayerNetwork network, MultiDataSet batch) {
    network.setInput(batch.getFeatures(0));
    network.setLabels(batch.getLabels(0));
    network.computeGradientAndScore();
    return network.getFlattenedGradients().div(batch.getFeatures(0).size(0));
  }

  private static double difference(float[] one, float[] other) {
    assertThat(other).hasSameSizeAs(one);
    return IntStream.range(0, one.length)
        .mapToDouble(i -> Math.abs(one[i] - other[i]))
        .max()
        .orElseThrow();
  }
}
