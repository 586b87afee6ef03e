// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Executors of a standalone cluster that are killed, or come late, while a network is trained. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("slow")
class LostExecutorTest {

  private static final Logger LOG = LoggerFactory.getLogger(LostExecutorTest.class);
  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  private static final int EPOCHS = 60;

  @TempDir private Path folder;
  private final StageWatch stage = new StageWatch();

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  @Test
  void survivorsGoOnAndTheReplacementEndsEqual() throws Exception {
    TrainingConfig config = config().epochs(EPOCHS).build();
    TrainingResult quiet = quietFit(config);
    try (SparkCluster cluster = SparkCluster.start(folder, 3)) {
      start(cluster, SparkCluster.application(cluster.masterUrl(), folder));
      ExecutorKill kill = new ExecutorKill(cluster, stage, 1, 3);
      TrainingResult struck = fit(config, rows(), kill);

      assertThat(struck.attendance()).as(cluster.executorLogs()).isEqualTo(new Attendance(3, 1, 1));
      assertThat(stage.attempts()).as("attempts of the stage").isEqualTo(1);
      assertThat(stage.starts(1)).as("starts of the lost worker").isEqualTo(2);
      assertThat(stage.starts(0) + stage.starts(2)).as("starts of the survivors").isEqualTo(2);
      assertThat(struck.workers()).isEqualTo(3);
      assertThat(struck.rounds()).isEqualTo(quiet.rounds());
      assertThat(struck.snapshot().iteration()).isEqualTo(quiet.snapshot().iteration());
      List<Row> unseen = SparkTests.clouds(4000, 6);
      double accuracy = SparkTests.accuracy(struck.snapshot(), unseen);
      double quietAccuracy = SparkTests.accuracy(quiet.snapshot(), unseen);
      LOG.warn(
          "next round after {} (limit 3 s); joined {} after the start of its task (limit {}); accuracy {}, undisturbed {}; attempts of the stage {}",
          kill.nextRound(),
          kill.joined(),
          kill.patience(),
          accuracy,
          quietAccuracy,
          stage.attempts());
      assertThat(kill.nextRound()).isPositive().isLessThan(Duration.ofSeconds(3));
      assertThat(kill.joined())
          .as("from the start of its task")
          .isPositive()
          .isLessThan(kill.patience());
      assertThat(accuracy).isCloseTo(quietAccuracy, within(0.003));
    }
  }

  @Test
  void withDynamicAllocationAFitBeginsWithThoseWhoComeAndGrows() throws Exception {
    try (SparkCluster cluster = SparkCluster.start(folder, 1)) {
      start(
          cluster,
          SparkCluster.application(cluster.masterUrl(), folder)
              .config("spark.dynamicAllocation.enabled", "true")
              .config("spark.dynamicAllocation.shuffleTracking.enabled", "true")
              .config("spark.dynamicAllocation.maxExecutors", "3"));
      TrainingConfig.Builder two = config().epochs(2 * EPOCHS).minWorkers(2);
      TrainingConfig hasty = two.rendezvousTimeout(Duration.ofSeconds(2)).build();

      assertThatThrownBy(() -> fit(hasty, rows(), progress -> {}))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("3 workers expected, at least 2 needed (minWorkers)")
          .hasMessageContaining("spark.dynamicAllocation.maxExecutors");

      cluster.addWorker();
      Latecomer latecomer = new Latecomer(cluster);
      TrainingResult result =
          fit(two.rendezvousTimeout(Duration.ofSeconds(15)).build(), rows(), latecomer);
      LOG.warn("a third worker joined {} after the cluster had room for it", latecomer.joined());
      assertThat(latecomer.joined()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(1));
      assertThat(result.attendance()).as(cluster.executorLogs()).isEqualTo(new Attendance(3, 0, 1));
      assertThat(stage.attempts()).isEqualTo(1);
    }
  }

  /** A fit that nothing disturbs, in this JVM; the same seed gives the same network anywhere. */
  private static TrainingResult quietFit(TrainingConfig config) {
    SparkTests.session().stop();
    SparkSession unused = SparkTests.builder().master("local[3]").getOrCreate();
    TrainingResult quiet = fit(config, rows(), progress -> {});
    assertThat(quiet.attendance()).isEqualTo(new Attendance(3, 0, 0));
    return quiet;
  }

  private static Dataset<Row> rows() {
    return SparkTests.cloudFrame(3000, 5, 6);
  }

  private void start(SparkCluster cluster, SparkSession.Builder application) {
    SparkTests.session().stop();
    SparkSession session = application.getOrCreate();
    assertThat(session.sparkContext().master()).isEqualTo(cluster.masterUrl());
    session.sparkContext().addSparkListener(stage);
  }

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder().workers(3).batchSize(16);
  }

  private static TrainingResult fit(
      TrainingConfig config, Dataset<Row> rows, TrainingListener listener) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener))
        .fit(NetworkSnapshot.initial(SparkTests.network(new Adam(0.003))), rows, COLUMNS);
  }

  /** Gives the cluster a third worker once two train. */
  private static final class Latecomer implements TrainingListener {
    private final SparkCluster cluster;
    private long comeNs;
    private long joinedNs;

    Latecomer(SparkCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public void onEvent(TrainingEvent event) {
      if (event instanceof TrainingEvent.RoundProgress told) {
        follow(told.progress());
      }
    }

    private void follow(TrainingProgress progress) {
      if (comeNs != 0 && joinedNs == 0 && progress.attendance().joins() == 1) {
        joinedNs = System.nanoTime();
      }
      if (comeNs == 0 && progress.round() > 0) {
        assertThat(progress.attendance()).isEqualTo(new Attendance(2, 0, 0));
        comeNs = System.nanoTime();
        try {
          cluster.addWorker();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    /** From when its cluster grew until it was in the view. */
    Duration joined() {
      return Duration.ofNanos(joinedNs - comeNs);
    }
  }
}
