// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaRDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * A Spark job whose results are here as soon as the task that made them has ended.
 *
 * <p>It exists because a fit may be over while Spark still tries to start the task of a worker that
 * nobody waits for any more; an action that collects would wait for that one too.
 *
 * <p>Thread-safe; one thread polls.
 *
 * @param <T> what a task yields; goes through {@code spark.serializer}
 */
public final class StreamedJob<T> {

  private final BlockingQueue<Part<T>> arrived = new LinkedBlockingQueue<>();
  private final SimpleFutureAction<BoxedUnit> action;

  private StreamedJob(JavaRDD<T> rdd) {
    List<Object> partitions =
        new ArrayList<>(IntStream.range(0, rdd.getNumPartitions()).boxed().toList());
    action =
        rdd.context()
            .submitJob(
                rdd.rdd(),
                new Results<T>(),
                JavaConverters.asScalaBuffer(partitions).toSeq(),
                (partition, results) -> {
                  arrived.add(new Part<>((Integer) partition, results));
                  return BoxedUnit.UNIT;
                },
                () -> BoxedUnit.UNIT);
  }

  /**
   * What one task has yielded.
   *
   * @param partition the task's partition
   * @param results all that it has yielded
   */
  public record Part<T>(int partition, List<T> results) {}

  /** Starts a task for each partition; does not block. */
  public static <T> StreamedJob<T> submit(JavaRDD<T> rdd) {
    return new StreamedJob<>(rdd);
  }

  /** The next results, in the order in which tasks end; empty if none come in time. */
  public Optional<Part<T>> poll(long timeoutMs) throws InterruptedException {
    return Optional.ofNullable(arrived.poll(timeoutMs, TimeUnit.MILLISECONDS));
  }

  /** True if the job has ended and all its results have been polled. */
  public boolean isOver() {
    return action.isCompleted() && arrived.isEmpty();
  }

  /** Why the job has ended badly; empty if it has not. */
  public Optional<Throwable> failure() {
    if (!action.isCompleted()) {
      return Optional.empty();
    }
    Try<BoxedUnit> end = action.value().get();
    return end.isFailure() ? Optional.of(end.failed().get()) : Optional.empty();
  }

  /** Ends the tasks that still run or wait for a slot; no effect on a job that has ended. */
  public void cancel() {
    if (!action.isCompleted()) {
      action.cancel();
    }
  }

  /** Runs on executors: a list that both of Spark's serializers can read. */
  private static final class Results<T> extends AbstractFunction1<Iterator<T>, List<T>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public List<T> apply(Iterator<T> results) {
      List<T> all = new ArrayList<>();
      while (results.hasNext()) {
        all.add(results.next());
      }
      return all;
    }
  }
}
