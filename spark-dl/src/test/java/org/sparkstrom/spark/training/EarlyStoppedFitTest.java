// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.TrainingEvent.EpochOutcome;

/** Fits that measure themselves on validation rows, and end when they get no better. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EarlyStoppedFitTest {
  private static final ColumnBinding COLUMNS =
      new ColumnBinding("features", "label").withValidationIndicator("held");
  private static final int PATIENCE = 3;

  private final List<TrainingEvent.EpochEnded> epochs = new ArrayList<>();

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"SYNC, 1, accuracy", "PIPELINED, 1, loss", "SYNC, 3, loss", "ASYNC, 1, loss"})
  void endsWhenAFigureGetsNoBetterAndGivesTheBestNetwork(
      Synchrony synchrony, int localSteps, String metric) {
    TrainingConfig config =
        config(200)
            .synchrony(synchrony)
            .localSteps(localSteps)
            .care(FitCare.DEFAULT.with(EarlyStopping.on(metric, PATIENCE)))
            .build();
    TrainingResult result = fit(config, data());

    List<EpochFigures> history = result.history();
    assertThat(history).hasSizeLessThan(200);
    int best = history.size() - 1 - PATIENCE;
    double sign = metric.equals("loss") ? -1 : 1;
    for (EpochFigures each : history) {
      assertThat(sign * each.validation().get(metric))
          .isLessThanOrEqualTo(sign * history.get(best).validation().get(metric));
    }
    assertThat(epochs.get(best).outcome()).isEqualTo(EpochOutcome.BEST_SO_FAR);
    assertThat(epochs.get(history.size() - 1).outcome()).isEqualTo(EpochOutcome.STOPPED_EARLY);
    assertThat(result.snapshot().epoch()).isEqualTo(best + 1);
    assertThat(result.parametersSha256()).isEqualTo(result.snapshot().parametersSha256());
    requireFiguresOf(result.snapshot(), history.get(best));
  }

  @ParameterizedTest
  @CsvSource({"SYNC", "PIPELINED"})
  void endsWhenAFigureIsGoodEnoughWithThatNetwork(Synchrony synchrony) {
    double target = 0.9;
    TrainingConfig config =
        config(200)
            .synchrony(synchrony)
            .care(FitCare.DEFAULT.with(EarlyStopping.at("accuracy", target)))
            .build();
    TrainingResult result = fit(config, data());
    List<EpochFigures> history = result.history();
    int last = history.size() - 1;
    assertThat(history).hasSizeLessThan(200);
    assertThat(history.get(last).validation().get("accuracy")).isGreaterThanOrEqualTo(target);
    assertThat(history.subList(0, last))
        .allSatisfy(each -> assertThat(each.validation().get("accuracy")).isLessThan(target));
    assertThat(epochs.get(last).outcome()).isEqualTo(EpochOutcome.TARGET_REACHED);
    assertThat(result.snapshot().epoch()).isEqualTo(last + 1);
    requireFiguresOf(result.snapshot(), history.get(last));
  }

  @Test
  void metricsAreThoseOfALocalEvaluation() {
    TrainingResult result = fit(config(3).build(), data());
    assertThat(result.history()).hasSize(3);
    assertThat(epochs)
        .extracting(TrainingEvent.EpochEnded::outcome)
        .containsOnly(EpochOutcome.GOES_ON);
    requireFiguresOf(result.snapshot(), result.history().get(2));
    assertThat(result.rows()).isEqualTo(3 * 450);
  }

  /** What DL4J says of the same rows in one process. */
  private static void requireFiguresOf(NetworkSnapshot snapshot, EpochFigures figures) {
    List<Row> held = new ArrayList<>();
    List<Row> all = SparkTests.clouds(600, 3);
    for (int i = 0; i < all.size(); i += 4) {
      held.add(all.get(i));
    }
    double[][] features = new double[held.size()][];
    double[][] labels = new double[held.size()][3];
    for (int i = 0; i < held.size(); i++) {
      features[i] = held.get(i).<Vector>getAs(0).toArray();
      labels[i][(int) held.get(i).getDouble(1)] = 1;
    }
    DataSet rows =
        new DataSet(
            Nd4j.create(features).castTo(Nd4j.defaultFloatingPointType()),
            Nd4j.create(labels).castTo(Nd4j.defaultFloatingPointType()));
    MultiLayerNetwork network = snapshot.restore();
    try {
      Evaluation evaluation = new Evaluation(3);
      evaluation.eval(rows.getLabels(), network.output(rows.getFeatures(), false));
      assertThat(figures.validation()).containsOnlyKeys("accuracy", "loss");
      assertThat(figures.validation()).containsEntry("accuracy", evaluation.accuracy());
      assertThat(figures.validation().get("loss")).isCloseTo(network.score(rows), within(1e-5));
    } finally {
      network.close();
    }
  }

  @Test
  void aShareOfTheRowsIsSetAsideWhereNoColumnTells() {
    List<Long> validationRows = new ArrayList<>();
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.Started started) {
            assertThat(started.rows() + started.validationRows()).isEqualTo(600);
            validationRows.add(started.validationRows());
          }
        };
    ColumnBinding columns = new ColumnBinding("features", "label");
    TrainingConfig config = config(2).care(FitCare.DEFAULT.withValidationFraction(0.25)).build();
    for (int partitions : new int[] {2, 5}) {
      TrainingResult result =
          trainer(config, listener)
              .fit(network(), SparkTests.cloudFrame(600, 3, partitions), columns);
      assertThat(result.history().get(1).validation()).containsKeys("accuracy", "loss");
    }
    assertThat(validationRows.get(0)).isBetween(110L, 190L);
    assertThat(validationRows.get(1)).isEqualTo(validationRows.get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(config, data()))
        .withMessageContaining("by the column 'held' or by validationFraction = 0.25, not by both");
  }

  @Test
  void aFitThatHasStoppedStaysSoWhenItIsResumed() {
    FitCare care =
        FitCare.DEFAULT
            .with(EarlyStopping.on("accuracy", PATIENCE))
            .with(CheckpointConfig.in(temp.toUri().toString()).withKeep(1));
    TrainingResult first = fit(config(200).care(care).build(), data());
    TrainingResult again = fit(config(200).care(care).build(), data());
    assertThat(again.rounds()).isZero();
    assertThat(again.history()).isEqualTo(first.history());
    assertThat(again.parametersSha256()).isEqualTo(first.parametersSha256());
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    TrainingConfig unknown =
        config(2).care(FitCare.DEFAULT.with(EarlyStopping.on("f1", 2))).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(unknown, data()))
        .withMessageContaining("must watch one of the figures [loss, accuracy]")
        .withMessageContaining("watches 'f1'");
    TrainingConfig noRows =
        config(2).care(FitCare.DEFAULT.with(EarlyStopping.on("loss", 2))).build();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                trainer(noRows, event -> {})
                    .fit(
                        network(),
                        SparkTests.cloudFrame(50, 3, 2),
                        new ColumnBinding("features", "label")))
        .withMessageContaining("needs rows for validation");
  }

  private TrainingResult fit(TrainingConfig config, Dataset<Row> data) {
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.EpochEnded ended) {
            epochs.add(ended);
          }
        };
    return trainer(config, listener).fit(network(), data, COLUMNS);
  }

  private static DistributedTrainer trainer(TrainingConfig config, TrainingListener listener) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener));
  }

  private static NetworkSnapshot network() {
    return NetworkSnapshot.initial(SparkTests.network(new Adam(0.05)));
  }

  private static TrainingConfig.Builder config(int epochs) {
    return TrainingConfig.builder()
        .workers(2)
        .batchSize(25)
        .epochs(epochs)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8));
  }

  /** Every fourth row is held back. */
  private static Dataset<Row> data() {
    List<Row> rows = SparkTests.clouds(600, 3);
    return SparkTests.session()
        .createDataFrame(rows, SparkTests.schema())
        .coalesce(1)
        .withColumn("held", functions.monotonically_increasing_id().mod(4).equalTo(0))
        .cache();
  }
}
