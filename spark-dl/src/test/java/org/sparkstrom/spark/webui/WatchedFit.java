// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.FitCare;
import org.sparkstrom.spark.training.StageWatch;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.history.FitRecorder;

/**
 * A fit of three workers in an application with a UI that goes on until the test has seen enough,
 * so that no test depends on how fast it is.
 */
final class WatchedFit implements AutoCloseable {

  /** Ends the fit. */
  private static final class SeenEnough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SeenEnough() {
      super("the test has seen enough");
    }
  }

  private final SparkSession session;
  private final StageWatch stage = new StageWatch();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> fit;
  private volatile boolean ended;

  private WatchedFit(SparkSession session, String name) {
    this.session = session;
    session.sparkContext().addSparkListener(stage);
    FitRecorder recorder = new FitRecorder(name);
    TrainingTab.show(session.sparkContext(), recorder);
    TrainingListener end =
        event -> {
          if (ended) {
            throw new SeenEnough();
          }
        };
    Dataset<Row> rows = SparkTests.cloudFrame(900, 3, 4);
    TrainingConfig config =
        TrainingConfig.builder()
            .workers(3)
            .minWorkers(1)
            .batchSize(16)
            .epochs(1_000_000)
            .care(FitCare.DEFAULT.withValidationFraction(0.1))
            .thresholdPolicy(new TargetDensity(0.1, 20, -8))
            .build();
    this.fit =
        thread.submit(
            () ->
                new DistributedTrainer(session.sparkContext(), config, List.of(recorder, end))
                    .fit(
                        NetworkSnapshot.initial(SparkTests.network(new Adam(0.0005))),
                        rows,
                        new ColumnBinding("features", "label")));
  }

  /** Starts it in a local application, which takes the place of the tests' common one. */
  static WatchedFit start(String name) {
    return start(name, SparkTests.builder().master("local[3,8]"));
  }

  /** Starts it in a new application. */
  static WatchedFit start(String name, SparkSession.Builder application) {
    SparkTests.session().stop();
    SparkSession session =
        application.config("spark.ui.enabled", "true").config("spark.ui.port", "0").getOrCreate();
    return new WatchedFit(session, name);
  }

  SparkContext context() {
    return session.sparkContext();
  }

  /** Where a path of the application's UI is. */
  URI ui(String path) {
    int port = session.sparkContext().ui().get().boundPort();
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Ends the task of a worker; Spark starts it again. */
  void kill(int rank) {
    session.sparkContext().killTaskAttempt(stage.latest(rank).taskId(), true, "a test wants it");
  }

  /** Where the latest attempt of a worker runs. */
  String executor(int rank) {
    return stage.latest(rank).executor();
  }

  /** Tells the fit to fail. */
  void end() {
    ended = true;
  }

  @Override
  public void close() {
    end();
    try {
      fit.get(120, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e).hasRootCauseInstanceOf(SeenEnough.class);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      throw new AssertionError("the fit did not end within 120 s", e);
    } finally {
      thread.shutdownNow();
      session.stop();
    }
  }
}
