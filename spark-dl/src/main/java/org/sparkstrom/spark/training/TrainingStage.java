// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.MembershipState;
import org.sparkstrom.spark.cluster.SparkInternals;
import org.sparkstrom.spark.cluster.StreamedJob;

/**
 * The Spark stage of a fit's workers, watched from the driver.
 *
 * <p>Its RDD has neither parents nor preferred places: so no executor's death can make Spark start
 * the stage anew, workers spread evenly over the executors, and one that is started again takes the
 * first free slot. It is over when those who have completed the fit have returned; whoever else
 * Spark still wants to start is cancelled.
 *
 * <p>Used by the thread that called fit.
 */
final class TrainingStage {

  /** What the stage is called in Spark's UI and events. */
  static final String NAME = "Sparkstrom workers";

  private static final long POLL_MS = 250;

  private final JavaSparkContext spark;
  private final FitContext fit;
  private final Coordinator coordinator;
  private final AttendanceLog attendance;
  private final Map<Integer, Optional<WorkerResult>> returned = new TreeMap<>();
  private long noSlotsSinceNs;

  TrainingStage(
      JavaSparkContext spark, FitContext fit, Coordinator coordinator, AttendanceLog attendance) {
    this.spark = spark;
    this.fit = fit;
    this.coordinator = coordinator;
    this.attendance = attendance;
  }

  /**
   * Runs the workers to their end; blocks.
   *
   * @param turn run a few times a second
   * @return the results of those who have completed the fit, in rank order
   * @throws TrainingException if the fit fails
   */
  List<WorkerResult> run(Runnable turn) {
    noSlotsSinceNs = System.nanoTime();
    attendance.begin();
    List<Integer> ranks = IntStream.range(0, fit.membership().workers()).boxed().toList();
    JavaRDD<WorkerResult> workers =
        spark.parallelize(ranks, ranks.size()).mapPartitions(new TrainingTask(fit)).setName(NAME);
    StreamedJob<WorkerResult> job = StreamedJob.submit(workers);
    try {
      do {
        job.poll(POLL_MS)
            .ifPresent(part -> returned.put(part.partition(), part.results().stream().findFirst()));
        throwIfFailed(job);
        requireSlots();
        attendance.update();
        turn.run();
      } while (!isOver(job));
      throwIfFailed(job);
      return returned.values().stream().flatMap(Optional::stream).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("the thread that called fit was interrupted", e);
    } finally {
      attendance.update();
      if (coordinator.completedRanks().isEmpty()) {
        coordinator.abort("the driver has ended the fit");
      }
      if (returned.size() < ranks.size()) {
        job.cancel();
      }
    }
  }

  private boolean isOver(StreamedJob<WorkerResult> job) {
    List<Integer> completed = coordinator.completedRanks();
    return job.isOver() || (!completed.isEmpty() && returned.keySet().containsAll(completed));
  }

  private void throwIfFailed(StreamedJob<WorkerResult> job) {
    Optional<Throwable> cause = job.failure();
    Optional<String> reason = coordinator.failure();
    if (reason.isPresent()) {
      String text = reason.get() + hint();
      throw cause
          .map(e -> new TrainingException(text, e))
          .orElseGet(() -> new TrainingException(text));
    }
    if (cause.isPresent() && !hasNetwork()) {
      String last = attendance.lastLoss().map(loss -> "; before that the fit " + loss).orElse("");
      throw new TrainingException(
          "the training stage failed: " + cause.get().getMessage() + last, cause.get());
    }
  }

  /** A stage may fail by a straggler after the fit has been completed and returned. */
  private boolean hasNetwork() {
    return !coordinator.completedRanks().isEmpty()
        && returned.values().stream().flatMap(Optional::stream).anyMatch(WorkerResult::delivers);
  }

  private String hint() {
    return SparkInternals.allocatesDynamically(spark.sc())
        ? ". With dynamic allocation, see spark.dynamicAllocation.maxExecutors and whether the"
            + " cluster has room for more executors; minWorkers is the least to begin with"
        : "";
  }

  /**
   * Ends a fit that nobody has come to because the application has no executors any more. With one
   * slot a worker comes, and the coordinator's clock begins to run.
   */
  private void requireSlots() {
    long nowNs = System.nanoTime();
    MembershipState present = coordinator.membership();
    boolean begun = !present.members().isEmpty() || !present.events().isEmpty();
    if (begun || SparkInternals.slots(spark.sc()) > 0) {
      noSlotsSinceNs = nowNs;
    } else if (nowNs - noSlotsSinceNs > fit.config().rendezvousTimeout().toNanos()) {
      throw new TrainingException(
          "no worker has begun, and the application has had no task slot for %d s, where at least %d are needed (minWorkers): its executors were lost or did not come. See the cluster manager, or allow more time (rendezvousTimeout)%s"
              .formatted(
                  fit.config().rendezvousTimeout().toSeconds(),
                  fit.membership().minWorkers(),
                  hint()));
    }
  }
}
