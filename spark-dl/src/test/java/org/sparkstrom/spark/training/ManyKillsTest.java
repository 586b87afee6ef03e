// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** A long fit on a cluster whose executors are killed again and again. */
@Tag("slow")
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class ManyKillsTest {

  private static final Logger LOG = LoggerFactory.getLogger(ManyKillsTest.class);
  private static final int KILLS = 20;

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  @Test
  void twentyKillsInOneFitAndAllEndEqual() throws Exception {
    long seed = Long.getLong("sparkstrom.seed", System.nanoTime());
    LOG.warn("sparkstrom.seed = {}", seed);
    try (SparkCluster cluster = SparkCluster.start(folder, 3)) {
      SparkTests.session().stop();
      SparkSession session =
          SparkCluster.application(cluster.masterUrl(), folder)
              .config("spark.task.maxFailures", "100")
              .getOrCreate();
      StageWatch stage = new StageWatch();
      session.sparkContext().addSparkListener(stage);
      TrainingConfig config =
          TrainingConfig.builder().workers(3).minWorkers(1).batchSize(4).epochs(700).build();
      Killer killer = new Killer(cluster, stage, new Random(seed));

      TrainingResult result =
          new DistributedTrainer(session.sparkContext(), config, List.of(killer))
              .fit(
                  NetworkSnapshot.initial(SparkTests.network(new Adam(0.001))),
                  SparkTests.cloudFrame(3000, 5, 6),
                  new ColumnBinding("features", "label"));

      assertThat(killer.kills).as(cluster.executorLogs()).isEqualTo(KILLS);
      assertThat(result.attendance()).isEqualTo(new Attendance(3, KILLS, KILLS));
      assertThat(result.workers()).isEqualTo(3);
      assertThat(stage.attempts()).isEqualTo(1);
      double accuracy = SparkTests.accuracy(result.snapshot(), SparkTests.clouds(4000, 6));
      LOG.warn(
          "{} kills in {} s and {} rounds; longest time without a round {} (limit 20 s); accuracy {}; attempts of the stage {}",
          killer.kills,
          Math.round(result.fitSeconds()),
          result.rounds(),
          killer.longestSilence,
          accuracy,
          stage.attempts());
      assertThat(accuracy).isGreaterThan(0.8);
      assertThat(killer.longestSilence).isLessThan(Duration.ofSeconds(20));
    }
  }

  /** Kills the executor of a worker whenever all are there, until it has done so often enough. */
  private static final class Killer implements TrainingListener {
    private final SparkCluster cluster;
    private final StageWatch stage;
    private final Random random;
    private int kills;
    private long round;
    private long roundNs = System.nanoTime();
    private Duration longestSilence = Duration.ZERO;

    Killer(SparkCluster cluster, StageWatch stage, Random random) {
      this.cluster = cluster;
      this.stage = stage;
      this.random = random;
    }

    @Override
    public void onEvent(TrainingEvent event) {
      if (event instanceof TrainingEvent.RoundProgress told) {
        follow(told.progress());
      }
    }

    private void follow(TrainingProgress progress) {
      noteRound(progress);
      Attendance attendance = progress.attendance();
      boolean allHere = attendance.alive() == 3 && attendance.joins() == kills;
      if (kills < KILLS && allHere && progress.workers() == 3 && random.nextInt(4) == 0) {
        int rank = random.nextInt(3);
        cluster.executor(stage.latest(rank).executor()).destroyForcibly();
        kills++;
        LOG.warn("kill {}: worker {} after round {}", kills, rank, progress.round());
      }
    }

    private void noteRound(TrainingProgress progress) {
      long nowNs = System.nanoTime();
      if (progress.round() != round) {
        round = progress.round();
        roundNs = nowNs;
      } else if (round > 0) {
        Duration silence = Duration.ofNanos(nowNs - roundNs);
        longestSilence = silence.compareTo(longestSilence) > 0 ? silence : longestSilence;
      }
    }
  }
}
