// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Workers whose tasks end while the others train; Spark starts them again. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LostWorkerTest {

  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  private final StageWatch stage = new StageWatch();

  @BeforeEach
  void startWithRetries() {
    SparkTests.session().stop();
    SparkSession session = SparkTests.builder().master("local[3,8]").getOrCreate();
    session.sparkContext().addSparkListener(stage);
  }

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  @ParameterizedTest
  @CsvSource({"SYNC, 1, 1", "SYNC, 1, 0", "PIPELINED, 1, 2", "SYNC, 4, 0"})
  void aTaskThatIsStartedAgainJoinsAndAllEndEqual(Synchrony synchrony, int localSteps, int rank) {
    int epochs = 60;
    List<TrainingEvent> events = new ArrayList<>();
    AtomicInteger killed = new AtomicInteger();
    TrainingListener killer =
        event -> {
          events.add(event);
          if (event instanceof TrainingEvent.RoundProgress round
              && round.progress().epoch() >= 5
              && killed.compareAndSet(0, 1)) {
            kill(rank);
          }
        };
    TrainingResult result =
        fit(config(epochs).synchrony(synchrony).localSteps(localSteps).build(), killer);
    assertThat(killed).hasValue(1);
    assertThat(events)
        .filteredOn(event -> event instanceof TrainingEvent.WorkerLost)
        .singleElement()
        .satisfies(
            lost -> {
              assertThat(((TrainingEvent.WorkerLost) lost).rank()).isEqualTo(rank);
              assertThat(((TrainingEvent.WorkerLost) lost).reason()).contains("after round ");
            });
    assertThat(events)
        .filteredOn(event -> event instanceof TrainingEvent.WorkerJoined)
        .singleElement()
        .satisfies(
            joined -> {
              assertThat(((TrainingEvent.WorkerJoined) joined).rank()).isEqualTo(rank);
              assertThat(((TrainingEvent.WorkerJoined) joined).label()).contains("attempt 1");
            });
    assertThatTheToldTakePart(events);
    assertThat(stage.starts(rank)).as("starts of worker " + rank).isEqualTo(2);
    assertThat(stage.attempts()).as("attempts of the stage").isEqualTo(1);
    assertThat(result.attendance()).isEqualTo(new Attendance(3, 1, 1));
    assertThat(result.workers()).isEqualTo(3);
    assertThat(result.parametersSha256()).isEqualTo(result.snapshot().parametersSha256());
    long rounds = epochs * 19L;
    assertThat(result.rounds()).isEqualTo((rounds + localSteps - 1) / localSteps);
    assertThat(result.snapshot().iteration()).isEqualTo(rounds);
    assertThat(result.snapshot().epoch()).isEqualTo(epochs);
    assertThat(result.lossPerEpoch()).hasSize(epochs).doesNotContain(Double.NaN);
  }

  /** Once all three are there, who takes part is at any time who follows from losses and joins. */
  private static void assertThatTheToldTakePart(List<TrainingEvent> events) {
    Set<Integer> told = new TreeSet<>();
    for (TrainingEvent event : events) {
      if (event instanceof TrainingEvent.WorkerLost lost) {
        told.remove(lost.rank());
      } else if (event instanceof TrainingEvent.WorkerJoined joined) {
        told.add(joined.rank());
      } else if (event instanceof TrainingEvent.RoundProgress round) {
        List<Integer> present =
            round.progress().members().stream().map(WorkerProgress::rank).toList();
        if (told.isEmpty() && present.size() == 3) {
          told.addAll(present);
        }
        if (!told.isEmpty()) {
          assertThat(present).containsExactlyElementsOf(told);
          assertThat(round.progress().attendance().alive()).isEqualTo(told.size());
        }
      }
    }
    assertThat(told).containsExactly(0, 1, 2);
  }

  /** Says which copy of it has heard of which iteration. */
  private static final class Copies extends BaseTrainingListener implements Serializable {
    private static final long serialVersionUID = 1L;
    static final Map<Integer, List<Integer>> HEARD = new ConcurrentHashMap<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      HEARD
          .computeIfAbsent(System.identityHashCode(this), copy -> new CopyOnWriteArrayList<>())
          .add(iteration);
    }
  }

  @Test
  void listenersGoOnBesideTheNextRankWhenTheLowestIsLost() {
    Copies.HEARD.clear();
    AtomicInteger killed = new AtomicInteger();
    TrainingListener killer =
        event -> {
          if (event instanceof TrainingEvent.RoundProgress round
              && round.progress().epoch() >= 5
              && killed.compareAndSet(0, 1)) {
            kill(0);
          }
        };
    int epochs = 40;
    new DistributedTrainer(
            SparkTests.session().sparkContext(), config(epochs).build(), List.of(killer))
        .withNetworkListeners(List.of(new Copies()))
        .fit(
            NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
            SparkTests.cloudFrame(900, 3, 4),
            COLUMNS);
    assertThat(killed).hasValue(1);
    assertThat(Copies.HEARD).hasSizeGreaterThan(1);
    Set<Integer> all = new TreeSet<>();
    Copies.HEARD.values().forEach(all::addAll);
    assertThat(all).contains(0, epochs * 19 - 1);
    int heard = Copies.HEARD.values().stream().mapToInt(List::size).sum();
    assertThat(heard).isBetween(epochs * 19 - 3, epochs * 19 + 3); // at the seams, one more or less
  }

  /** Waits at its third iteration, once, until it is interrupted, and fails then. */
  private static final class Sleeper extends BaseTrainingListener implements Serializable {
    private static final long serialVersionUID = 1L;
    static final CountDownLatch ASLEEP = new CountDownLatch(1);

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration == 2 && ASLEEP.getCount() > 0) {
        ASLEEP.countDown();
        try {
          TimeUnit.MINUTES.sleep(1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }
  }

  @Test
  void whatFailsByTheCancellingOfItsTaskIsALossAndNotTheEnd() {
    List<TrainingEvent> events = new ArrayList<>();
    AtomicInteger killed = new AtomicInteger();
    TrainingListener killer =
        event -> {
          events.add(event);
          if (Sleeper.ASLEEP.getCount() == 0
              && stage.latest(0) != null
              && killed.compareAndSet(0, 1)) {
            kill(0);
          }
        };
    TrainingResult result =
        new DistributedTrainer(
                SparkTests.session().sparkContext(), config(10).build(), List.of(killer))
            .withNetworkListeners(List.of(new Sleeper()))
            .fit(
                NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
                SparkTests.cloudFrame(900, 3, 4),
                COLUMNS);
    assertThat(killed).hasValue(1);
    assertThat(events)
        .filteredOn(event -> event instanceof TrainingEvent.WorkerLost)
        .singleElement()
        .extracting(event -> ((TrainingEvent.WorkerLost) event).reason())
        .asString()
        .startsWith("lost worker 0");
    assertThat(result.attendance().losses()).isEqualTo(1);
    assertThat(result.snapshot().epoch()).isEqualTo(10);
  }

  @Test
  void aFitThatHasLostAWorkerWritesCheckpointsAndResumes(@TempDir Path temp) {
    FitCare care = FitCare.DEFAULT.with(CheckpointConfig.in(temp.toUri().toString()));
    List<Integer> written = new ArrayList<>();
    AtomicInteger killed = new AtomicInteger();
    TrainingListener killer =
        event -> {
          if (event instanceof TrainingEvent.CheckpointWritten checkpoint) {
            written.add(checkpoint.epoch());
            if (checkpoint.epoch() >= 5 && killed.compareAndSet(0, 1)) {
              kill(1);
            }
          }
        };
    fit(config(40).care(care).build(), killer);
    assertThat(killed).hasValue(1);
    assertThat(written).contains(1, 40);
    TrainingResult longer = fit(config(42).care(care).build(), event -> {});
    assertThat(longer.history()).hasSize(42);
    assertThat(longer.rounds()).isEqualTo(2 * 19);
    assertThat(longer.snapshot().iteration()).isEqualTo(42 * 19);
  }

  @Test
  void aLossEndsAFitThatNeedsAllWorkers() {
    AtomicInteger killed = new AtomicInteger();
    TrainingListener killer =
        event -> {
          if (event instanceof TrainingEvent.RoundProgress round
              && round.progress().round() > 0
              && killed.compareAndSet(0, 1)) {
            kill(2);
          }
        };
    TrainingConfig config = config(10_000).minWorkers(3).build();
    assertThatThrownBy(() -> fit(config, killer))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("lost worker 2 (executor driver");
  }

  private static TrainingConfig.Builder config(int epochs) {
    return TrainingConfig.builder()
        .workers(3)
        .batchSize(16)
        .epochs(epochs)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8));
  }

  private static TrainingResult fit(TrainingConfig config, TrainingListener listener) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener))
        .fit(
            NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
            SparkTests.cloudFrame(900, 3, 4),
            COLUMNS);
  }

  private void kill(int rank) {
    SparkTests.session()
        .sparkContext()
        .killTaskAttempt(stage.latest(rank).taskId(), true, "a test wants it");
  }
}
