// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;

/**
 * Counts the jobs and stages that a piece of code makes Spark run. Only jobs of the calling thread
 * are counted; no others may run beside it.
 */
public final class JobCounter {
  private static final long DEADLINE_NS = 600_000_000_000L;

  private JobCounter() {}

  /** What ran. */
  public record Count<T>(T result, int jobs, int stages) {}

  /** Runs the code under a job group of its own and counts that group's jobs and stages. */
  public static <T> Count<T> count(Callable<T> code) throws Exception {
    var context = TestSpark.session().sparkContext();
    String group = "counted-" + System.nanoTime();
    AtomicInteger jobs = new AtomicInteger();
    AtomicInteger stages = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            String of = job.properties().getProperty("spark.jobGroup.id");
            if (group.equals(of)) {
              jobs.incrementAndGet();
            } else if ((group + "-end").equals(of)) {
              ended.incrementAndGet();
            }
          }

          @Override
          public void onStageCompleted(SparkListenerStageCompleted stage) {
            if (ended.get() == 0) {
              stages.incrementAndGet();
            }
          }
        };
    context.addSparkListener(listener);
    try {
      context.setJobGroup(group, "counted", false);
      T result = code.call();
      context.setJobGroup(
          group + "-end", "a job by which the listener knows that all was seen", false);
      TestSpark.context().parallelize(java.util.List.of(1), 1).count();
      long deadline = System.nanoTime() + DEADLINE_NS;
      while (ended.get() == 0) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("the listener saw no end after 600 s, and " + jobs + " jobs");
        }
        Thread.onSpinWait();
      }
      return new Count<>(result, jobs.get(), stages.get());
    } finally {
      context.clearJobGroup();
      context.removeSparkListener(listener);
    }
  }
}
