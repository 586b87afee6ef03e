// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Listeners of DL4J on an executor, and ours on the driver. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FitListenersTest {
  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");

  /** What listeners heard; executors of a local session are in this JVM. */
  private static final List<String> HEARD = new CopyOnWriteArrayList<>();

  private static final List<Double> SCORES = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    HEARD.clear();
    SCORES.clear();
  }

  /** A listener as users write them. */
  private static class Recorder extends BaseTrainingListener implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      HEARD.add("iteration " + iteration + " of epoch " + epoch);
      SCORES.add(model.score());
    }

    @Override
    public void onEpochStart(Model model) {
      HEARD.add("start of epoch " + ((MultiLayerNetwork) model).getEpochCount());
    }

    @Override
    public void onEpochEnd(Model model) {
      HEARD.add("end of epoch " + ((MultiLayerNetwork) model).getEpochCount());
    }
  }

  @Test
  void listenersAndScoresAreNotMissingUnderDistributedTraining() {
    fit(config(1, 3), new Recorder());
    List<String> distributed = List.copyOf(HEARD);
    List<Double> scores = List.copyOf(SCORES);
    forget();

    MultiLayerNetwork local = new MultiLayerNetwork(SparkTests.network(new Adam(0.01)));
    local.init();
    local.setListeners(new Recorder());
    local.fit(new SingletonDataSetIterator(oneBatch()), 3);

    assertThat(distributed).isEqualTo(HEARD);
    assertThat(scores).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(scores.get(i)).isBetween(SCORES.get(i) - 1e-5, SCORES.get(i) + 1e-5);
    }
  }

  @Test
  void oneWorkerAloneHearsThem() {
    fit(config(2, 2), new Recorder());
    assertThat(HEARD)
        .containsExactly(
            "start of epoch 0",
            "iteration 0 of epoch 0",
            "end of epoch 0",
            "start of epoch 1",
            "iteration 1 of epoch 1",
            "end of epoch 1");
  }

  private static final class Broken extends Recorder {
    private static final long serialVersionUID = 1L;

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      throw new IllegalStateException("the disk of the log is full");
    }
  }

  @Test
  void aListenerThatFailsOnAnExecutorEndsTheFitWithItsName() {
    assertThatThrownBy(() -> fit(config(2, 100), new Broken()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("DL4J listener " + Broken.class.getName())
        .hasMessageContaining("the disk of the log is full");
  }

  private static final class NotSerializable extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {}
  }

  @Test
  void aListenerThatCannotTravelIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(config(1, 1), new NotSerializable()))
        .withMessageContaining("must be serializable")
        .withMessageContaining(NotSerializable.class.getName());
  }

  @Test
  void eventsTellTheWholeFitInOrder() {
    List<TrainingEvent> events = new ArrayList<>();
    TrainingResult result =
        trainer(config(2, 4), events::add).fit(network(), SparkTests.cloudFrame(32, 3, 2), COLUMNS);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            TrainingEvent.Started.class,
            started -> {
              assertThat(started.workers()).isEqualTo(2);
              assertThat(started.rows()).isEqualTo(32);
              assertThat(started.parameters()).isEqualTo(67);
              assertThat(started.resumedFrom()).isEmpty();
            });
    assertThat(events.get(events.size() - 1)).isEqualTo(new TrainingEvent.Completed(result));
    List<TrainingEvent.EpochEnded> epochs =
        events.stream()
            .filter(TrainingEvent.EpochEnded.class::isInstance)
            .map(TrainingEvent.EpochEnded.class::cast)
            .toList();
    assertThat(epochs).extracting(e -> e.figures().epoch()).containsExactly(0, 1, 2, 3);
    assertThat(epochs).extracting(TrainingEvent.EpochEnded::figures).isEqualTo(result.history());
    assertThat(epochs)
        .extracting(TrainingEvent.EpochEnded::outcome)
        .containsOnly(TrainingEvent.EpochOutcome.GOES_ON);
    assertThat(result.lossPerEpoch()).allSatisfy(loss -> assertThat(loss).isFinite().isPositive());
  }

  @Test
  void anExceptionOfADriversListenerLeavesNobodyHanging() {
    List<TrainingEvent> events = new ArrayList<>();
    TrainingListener broken =
        event -> {
          if (event instanceof TrainingEvent.EpochEnded) {
            throw new IllegalStateException("cannot write the log");
          }
        };
    DistributedTrainer trainer =
        new DistributedTrainer(
            SparkTests.session().sparkContext(),
            config(2, 1_000_000),
            List.of(events::add, broken));
    assertThatThrownBy(() -> trainer.fit(network(), SparkTests.cloudFrame(32, 3, 2), COLUMNS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot write the log");
    assertThat(events.get(events.size() - 1)).isInstanceOf(TrainingEvent.Failed.class);
    // The slots are free again, or this would time out.
    assertThat(
            trainer(config(2, 1), event -> {})
                .fit(network(), SparkTests.cloudFrame(32, 3, 2), COLUMNS)
                .workers())
        .isEqualTo(2);
  }

  @Test
  void whatSparkThrowsUndeclaredIsAFailedFitAndReachesTheCallerUnchanged() {
    SparkException undeclared = new SparkException("job aborted");
    Error error = new ExceptionInInitializerError("no library");
    for (Throwable thrown : List.of(undeclared, error)) {
      List<TrainingEvent> events = new ArrayList<>();
      TrainingListener broken =
          event -> {
            if (event instanceof TrainingEvent.Started) {
              FitListenersTest.<RuntimeException>sneak(thrown);
            }
          };
      DistributedTrainer trainer =
          new DistributedTrainer(
              SparkTests.session().sparkContext(), config(2, 1), List.of(broken, events::add));
      assertThatThrownBy(() -> trainer.fit(network(), SparkTests.cloudFrame(32, 3, 2), COLUMNS))
          .isSameAs(thrown);
      assertThat(events).hasSize(1);
      assertThat(((TrainingEvent.Failed) events.get(0)).failure())
          .isInstanceOf(TrainingException.class)
          .hasMessage("the fit has ended with " + thrown)
          .hasCause(thrown);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void allHearOfTheEndThoughSomeThrow() {
    List<TrainingEvent> events = new ArrayList<>();
    TrainingListeners listeners =
        new TrainingListeners(
            List.of(throwing("one"), throwing("two"), events::add, throwing("three")));
    assertThatThrownBy(() -> listeners.tellCompletion(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("one")
        .satisfies(
            first ->
                assertThat(first.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("two", "three"));
    IllegalArgumentException failure = new IllegalArgumentException("no such column");
    listeners.tellFailure(failure);
    assertThat(failure.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("one", "two", "three");
    assertThat(events)
        .containsExactly(new TrainingEvent.Completed(null), new TrainingEvent.Failed(failure));
  }

  private static TrainingListener throwing(String message) {
    return event -> {
      throw new IllegalStateException(message);
    };
  }

  private static void fit(
      TrainingConfig config, org.deeplearning4j.optimize.api.TrainingListener listener) {
    trainer(config, event -> {})
        .withNetworkListeners(List.of(listener))
        .fit(network(), SparkTests.cloudFrame(32, 3, 2), COLUMNS);
  }

  /** An epoch is one round, so that the order of rows makes no difference. */
  private static TrainingConfig config(int workers, int epochs) {
    return TrainingConfig.builder()
        .workers(workers)
        .batchSize(32)
        .epochs(epochs)
        .quantizer(Quantizer.NONE)
        .build();
  }

  private static DistributedTrainer trainer(TrainingConfig config, TrainingListener listener) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener));
  }

  private static NetworkSnapshot network() {
    return NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)));
  }

  private static DataSet oneBatch() {
    double[][] features =
        SparkTests.clouds(32, 3).stream()
            .map(row -> row.<org.apache.spark.ml.linalg.Vector>getAs(0).toArray())
            .toArray(double[][]::new);
    double[][] labels = new double[32][3];
    for (int i = 0; i < 32; i++) {
      labels[i][i % 3] = 1;
    }
    return new DataSet(
        Nd4j.create(features).castTo(Nd4j.defaultFloatingPointType()),
        Nd4j.create(labels).castTo(Nd4j.defaultFloatingPointType()));
  }
}
