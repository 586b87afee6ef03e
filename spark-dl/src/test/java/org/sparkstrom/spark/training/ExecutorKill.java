// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.time.Duration;
import org.sparkstrom.spark.SparkCluster;

/** Kills the executor of a worker while it trains, and takes the time until all is well again. */
final class ExecutorKill implements TrainingListener {

  private final SparkCluster cluster;
  private final StageWatch stage;
  private final int rank;
  private final int epoch;
  private long killedNs;
  private long roundAtLoss = -1;
  private long nextRoundNs;
  private long joinedNs;
  private long firstJoinNs; // how long the first attempt of the victim took

  /**
   * A kill to come.
   *
   * @param rank the victim
   * @param epoch when all have completed so many epochs
   */
  ExecutorKill(SparkCluster cluster, StageWatch stage, int rank, int epoch) {
    this.cluster = cluster;
    this.stage = stage;
    this.rank = rank;
    this.epoch = epoch;
  }

  @Override
  public void onEvent(TrainingEvent event) {
    if (event instanceof TrainingEvent.RoundProgress told) {
      follow(told.progress());
    }
  }

  private void follow(TrainingProgress progress) {
    long nowNs = System.nanoTime();
    Attendance attendance = progress.attendance();
    if (firstJoinNs == 0 && attendance.alive() == 3) {
      firstJoinNs = nowNs - stage.latest(rank).seenNs();
    }
    if (killedNs == 0 && progress.epoch() >= epoch && attendance.alive() == 3) {
      ProcessHandle victim = cluster.executor(stage.latest(rank).executor());
      killedNs = System.nanoTime();
      victim.destroyForcibly();
    } else if (attendance.losses() == 1 && roundAtLoss < 0) {
      roundAtLoss = progress.round();
    } else if (roundAtLoss >= 0 && nextRoundNs == 0 && progress.round() > roundAtLoss) {
      nextRoundNs = nowNs;
    }
    if (attendance.joins() == 1 && joinedNs == 0) {
      joinedNs = nowNs;
    }
  }

  /** From the kill until the survivors are known to have made another round. */
  Duration nextRound() {
    return Duration.ofNanos(nextRoundNs - killedNs);
  }

  /**
   * How long the new attempt may take: what is asked for, or what the first one took on a machine
   * that is too busy for that.
   */
  Duration patience() {
    Duration first = Duration.ofNanos(firstJoinNs);
    Duration wanted = Duration.ofSeconds(5);
    return first.compareTo(wanted) > 0 ? first : wanted;
  }

  /** From the start of the new attempt's task until it is in the view. */
  Duration joined() {
    return Duration.ofNanos(joinedNs - stage.latest(rank).seenNs());
  }
}
