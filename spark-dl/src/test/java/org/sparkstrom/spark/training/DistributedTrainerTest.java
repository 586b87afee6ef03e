// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class DistributedTrainerTest {

  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");

  @AfterEach
  void noCoordinatorThreadIsLeft() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (coordinatorThreads().findAny().isPresent() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(coordinatorThreads()).isEmpty();
  }

  private static Stream<String> coordinatorThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sparkstrom-coordinator"));
  }

  @ParameterizedTest
  @EnumSource(Quantizer.class)
  void twoWorkersLearnAndEndEqual(Quantizer quantizer) {
    Dataset<Row> data = SparkTests.cloudFrame(600, 3, 4);
    TrainingResult result = fit(config().quantizer(quantizer).build(), data);
    assertThat(result.workers()).isEqualTo(2);
    assertThat(result.rows()).isEqualTo(600 * 20);
    assertThat(result.rounds()).isEqualTo(20 * 19);
    assertThat(result.lossPerEpoch()).hasSize(20);
    assertThat(result.lossPerEpoch().get(19)).isLessThan(0.6 * result.lossPerEpoch().get(0));
    assertThat(SparkTests.accuracy(result.snapshot(), SparkTests.clouds(600, 4)))
        .isGreaterThan(0.8);
    assertThat(result.parametersSha256()).isEqualTo(result.snapshot().parametersSha256());
    if (quantizer == Quantizer.THRESHOLD) {
      assertThat(result.bytesSent()).isLessThan(result.denseBytes());
    }
  }

  @Test
  void theSameSeedGivesTheSameParametersWhateverElseRuns() throws Exception {
    Dataset<Row> data = SparkTests.cloudFrame(200, 3, 4).cache();
    String first = fit(config().workers(1).build(), data).parametersSha256();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<String>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(threads.submit(() -> fit(config().workers(1).build(), data).parametersSha256()));
      }
      for (Future<String> one : both) {
        assertThat(one.get(120, TimeUnit.SECONDS)).isEqualTo(first);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(fit(config().workers(1).seed(2).build(), data).parametersSha256())
        .isNotEqualTo(first);
  }

  @Test
  void dropoutRepeatsItselfToo() {
    MultiLayerConfiguration network = SparkTests.network(new Adam(0.01));
    ((DenseLayer) network.getConf(0).getLayer()).setIDropout(new Dropout(0.5));
    NetworkSnapshot initial = NetworkSnapshot.initial(network);
    Dataset<Row> data = SparkTests.cloudFrame(100, 3, 2);
    TrainingConfig config = config().epochs(3).build();
    String first = trainer(config).fit(initial, data, COLUMNS).parametersSha256();
    assertThat(trainer(config).fit(initial, data, COLUMNS).parametersSha256()).isEqualTo(first);
    TrainingConfig other = config().epochs(3).seed(43).build();
    assertThat(trainer(other).fit(initial, data, COLUMNS).parametersSha256()).isNotEqualTo(first);
  }

  @Test
  void aWorkerWithoutRowsTakesPart() {
    Dataset<Row> data = SparkTests.cloudFrame(1, 3, 1);
    TrainingResult result = fit(config().epochs(3).build(), data);
    assertThat(result.workers()).isEqualTo(2);
    assertThat(result.rounds()).isEqualTo(3);
    assertThat(result.rows()).isEqualTo(3);
  }

  @Test
  void moreWorkersThanSlotsIsAnErrorWithBothNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(config().workers(5).build(), SparkTests.cloudFrame(10, 1, 1)))
        .withMessageContaining("5 workers")
        .withMessageContaining("has 2")
        .withMessageContaining("Set workers to 2 or less");
  }

  @Test
  void aWorkerThatFailsEndsTheFitWithItsNameAndReason() {
    NetworkSnapshot initial = NetworkSnapshot.initial(SparkTests.network(new Sgd(Double.NaN)));
    DistributedTrainer trainer = trainer(config().build());
    Dataset<Row> data = SparkTests.cloudFrame(50, 1, 2);
    assertThatThrownBy(() -> trainer.fit(initial, data, COLUMNS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("worker ")
        .hasMessageContaining("executor driver")
        .hasMessageContaining("finite");
  }

  @Test
  void anInterruptedFitStopsItsOnlyWorkerToo() throws Exception {
    TrainingConfig endless = config().workers(1).epochs(1_000_000).build();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<TrainingResult> running =
          thread.submit(() -> fit(endless, SparkTests.cloudFrame(100, 1, 1)));
      await(() -> activeTasks() == 1 && isTraining(), "a worker trains");
      thread.shutdownNow();
      assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(InterruptedException.class);
      await(() -> activeTasks() == 0 && !isTraining(), "no worker is left");
    } finally {
      thread.shutdownNow();
    }
  }

  private static int activeTasks() {
    return SparkTests.session().sparkContext().statusTracker().getActiveStageIds().length;
  }

  private static boolean isTraining() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(frame -> frame.getClassName().equals(EpochLoop.class.getName()));
  }

  private static void await(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 s until " + what).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void anOptimizerThatSharesNothingIsRefused() {
    MultiLayerConfiguration network = SparkTests.network(new Sgd(0.1));
    network.getConf(0).setOptimizationAlgo(OptimizationAlgorithm.LBFGS);
    NetworkSnapshot initial = NetworkSnapshot.initial(network);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> trainer(config().build()).fit(initial, SparkTests.cloudFrame(9, 1, 1), COLUMNS))
        .withMessageContaining("layer 'layer0'")
        .withMessageContaining("LBFGS");
  }

  @Test
  void aListenerSeesProgressAndTheEnd() {
    List<TrainingProgress> seen = new ArrayList<>();
    List<TrainingResult> ended = new ArrayList<>();
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.RoundProgress round) {
            seen.add(round.progress());
          } else if (event instanceof TrainingEvent.Completed completed) {
            ended.add(completed.result());
          }
        };
    new DistributedTrainer(
            SparkTests.session().sparkContext(), config().epochs(30).build(), List.of(listener))
        .fit(
            NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
            SparkTests.cloudFrame(900, 1, 2),
            COLUMNS);
    assertThat(ended).hasSize(1);
    assertThat(seen).isNotEmpty();
    TrainingProgress last = seen.get(seen.size() - 1);
    assertThat(last.round()).isPositive();
    assertThat(last.workers()).isEqualTo(2);
    assertThat(ConsoleProgress.line(last)).contains("epoch ", "loss ", "rows/s", "sent ");
  }

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .workers(2)
        .batchSize(16)
        .epochs(20)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8));
  }

  private static DistributedTrainer trainer(TrainingConfig config) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of());
  }

  private static TrainingResult fit(TrainingConfig config, Dataset<Row> data) {
    return trainer(config)
        .fit(NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))), data, COLUMNS);
  }
}
