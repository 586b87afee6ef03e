// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.TrainingEvent.EpochOutcome;

/** Fits with a row whose numbers are finite and whose loss is not. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NonFiniteFitTest {
  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  private final List<TrainingEvent.EpochEnded> epochs = new ArrayList<>();

  @Test
  void nanScoreStopsTheJobAndNamesWorkerEpochRoundAndRemedy() {
    assertThatThrownBy(() -> fit(config().build(), dataWithABadRow()))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching("(?s).*diverged on worker [01] in epoch 0, round \\d of 5.*")
        .hasMessageContaining("must be finite")
        .hasMessageContaining("lower the learning rate")
        .hasMessageContaining("SKIP or RESTORE");
  }

  @Test
  void aSkippedRoundLeavesTheFitToTheOthersAndIsCounted() {
    TrainingConfig config = config().care(FitCare.DEFAULT.with(NonFinitePolicy.skip(2))).build();
    TrainingResult result = fit(config, dataWithABadRow());
    assertThat(result.lossPerEpoch()).hasSize(8).allSatisfy(loss -> assertThat(loss).isFinite());
    assertThat(result.lossPerEpoch().get(7)).isLessThan(result.lossPerEpoch().get(0));
    assertThat(epochs).hasSize(8).allSatisfy(e -> assertThat(e.skippedRounds()).isEqualTo(1));
    for (float parameter : result.snapshot().parameters()) {
      assertThat(parameter).isFinite();
    }
  }

  @Test
  void onlySoManyRoundsInARowAreSkipped() {
    NetworkSnapshot initial = NetworkSnapshot.initial(SparkTests.network(new Sgd(Double.NaN)));
    TrainingConfig config = config().care(FitCare.DEFAULT.with(NonFinitePolicy.skip(3))).build();
    assertThatThrownBy(
            () -> trainer(config).fit(initial, SparkTests.cloudFrame(100, 3, 4), COLUMNS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("round 3 of 5")
        .hasMessageContaining("the 4th time in a row, and may skip 3");
  }

  @Test
  void anUndoneEpochLeavesNoTraceAndIsLimited() {
    TrainingConfig endless =
        config().care(FitCare.DEFAULT.with(NonFinitePolicy.restore(8))).build();
    NetworkSnapshot initial = network();
    TrainingResult result = trainer(endless).fit(initial, dataWithABadRow(), COLUMNS);
    assertThat(epochs)
        .hasSize(8)
        .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(EpochOutcome.UNDONE));
    assertThat(result.parametersSha256()).isEqualTo(initial.parametersSha256());

    TrainingConfig limited =
        config().care(FitCare.DEFAULT.with(NonFinitePolicy.restore(2))).build();
    assertThatThrownBy(() -> trainer(limited).fit(initial, dataWithABadRow(), COLUMNS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("diverged in epoch 2")
        .hasMessageContaining("may be restored 2 times");
  }

  @Test
  void restoreIsRefusedWhereUpdatesAreOnTheirWay() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                config()
                    .synchrony(Synchrony.PIPELINED)
                    .care(FitCare.DEFAULT.with(NonFinitePolicy.restore(1)))
                    .build())
        .withMessageContaining("RESTORE for non-finite updates needs the synchrony SYNC");
  }

  /** With rectifiers, which let large numbers through. */
  private static NetworkSnapshot network() {
    MultiLayerConfiguration configuration = SparkTests.network(new Adam(0.01));
    ((DenseLayer) configuration.getConf(0).getLayer()).setActivationFn(new ActivationReLU());
    return NetworkSnapshot.initial(configuration);
  }

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .workers(2)
        .batchSize(10)
        .epochs(8)
        .quantizer(Quantizer.THRESHOLD)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8));
  }

  private TrainingResult fit(TrainingConfig config, Dataset<Row> data) {
    return trainer(config).fit(network(), data, COLUMNS);
  }

  private DistributedTrainer trainer(TrainingConfig config) {
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.EpochEnded ended) {
            epochs.add(ended);
          }
        };
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener));
  }

  /** 100 rows of which one holds numbers whose products overflow. */
  private static Dataset<Row> dataWithABadRow() {
    List<Row> rows = new ArrayList<>(SparkTests.clouds(99, 3));
    rows.add(57, RowFactory.create(Vectors.dense(3e38, -3e38, 3e38, 3e38), 0.0));
    return SparkTests.session().createDataFrame(rows, SparkTests.schema()).coalesce(1);
  }
}
