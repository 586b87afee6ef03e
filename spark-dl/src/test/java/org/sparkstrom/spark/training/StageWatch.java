// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** The latest training stage as Spark tells of it. */
public final class StageWatch extends SparkListener {

  private final AtomicInteger attempts = new AtomicInteger();
  private final Map<Integer, Integer> starts = new ConcurrentHashMap<>();
  private final Map<Integer, Start> running = new ConcurrentHashMap<>();
  private volatile int id = -1;

  /**
   * The latest attempt of a worker's task.
   *
   * @param seenNs when this was told, by the nanosecond clock
   */
  public record Start(long taskId, int attempt, String executor, long seenNs) {}

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    boolean workers =
        submitted.stageInfo().rddInfos().exists(rdd -> rdd.name().equals(TrainingStage.NAME));
    if (workers) {
      if (submitted.stageInfo().stageId() != id) {
        id = submitted.stageInfo().stageId();
        attempts.set(0);
        starts.clear();
        running.clear();
      }
      attempts.incrementAndGet();
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (start.stageId() == id) {
      int rank = start.taskInfo().index();
      starts.merge(rank, 1, Integer::sum);
      running.put(
          rank,
          new Start(
              start.taskInfo().taskId(),
              start.taskInfo().attemptNumber(),
              start.taskInfo().executorId(),
              System.nanoTime()));
    }
  }

  /** How often Spark has submitted the stage. */
  public int attempts() {
    return attempts.get();
  }

  /** How often Spark has started the task of a worker. */
  public int starts(int rank) {
    return starts.getOrDefault(rank, 0);
  }

  public Start latest(int rank) {
    return running.get(rank);
  }
}
