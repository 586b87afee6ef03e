// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** What a fit learns depends on data, seed and settings alone. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class GlobalBatchTest {

  private static final Logger LOG = LoggerFactory.getLogger(GlobalBatchTest.class);
  private static final int ROWS = 64;
  private static final int ROUNDS = 200;

  @BeforeAll
  static void startWithFourSlots() {
    SparkTests.session().stop();
    SparkSession unused = SparkTests.builder().master("local[4]").getOrCreate();
  }

  @AfterAll
  static void stop() {
    SparkTests.session().stop();
  }

  /** Each epoch is one round of all rows, so both see the same global batches. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void workersWithSmallBatchesEqualOneWithTheirUnion(int workers) {
    TrainingResult one = fit(dense(1), new Sgd(0.1));
    TrainingResult many = fit(dense(workers), new Sgd(0.1));
    assertThat(many.workers()).isEqualTo(workers);
    assertThat(many.rounds()).isEqualTo(ROUNDS).isEqualTo(one.rounds());
    List<Double> expected = one.lossPerEpoch();
    assertThat(expected.get(ROUNDS - 1)).isLessThan(0.7 * expected.get(0));
    double worst = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double difference = Math.abs(many.lossPerEpoch().get(round) - expected.get(round));
      assertThat(difference).as("difference of the losses in round %d", round).isLessThan(1e-5);
      worst = Math.max(worst, difference);
    }
    LOG.warn("{} workers, {} rounds: losses differ by at most {}", workers, ROUNDS, worst);
    float[] parameters = one.snapshot().parameters();
    for (int i = 0; i < parameters.length; i++) {
      assertThat(Math.abs(many.snapshot().parameters()[i] - parameters[i]))
          .as("difference of parameter %d", i)
          .isLessThan(1e-5f);
    }
  }

  private static TrainingConfig dense(int workers) {
    return TrainingConfig.builder()
        .workers(workers)
        .batchSize(ROWS / workers)
        .epochs(ROUNDS)
        .quantizer(Quantizer.NONE)
        .synchrony(Synchrony.SYNC)
        .build();
  }

  @Test
  void fiveFitsWithOneSeedAreEqualBitByBit() {
    String first = null;
    for (int run = 0; run < 5; run++) {
      String hash = fit(sparse(1), new Adam(0.01)).parametersSha256();
      assertThat(hash).as("run %d", run).isEqualTo(first == null ? hash : first);
      first = hash;
    }
    assertThat(fit(sparse(2), new Adam(0.01)).parametersSha256()).isNotEqualTo(first);
  }

  @Test
  void aSecondNetworkInTheSessionTrainsAsIfItWereTheFirst() {
    TrainingResult first = fit(sparse(1), new Adam(0.01));
    TrainingResult other = fit(sparse(1), new Sgd(0.5));
    TrainingResult again = fit(sparse(1), new Adam(0.01));
    for (TrainingResult result : List.of(first, other, again)) {
      List<Double> loss = result.lossPerEpoch();
      assertThat(loss.get(loss.size() - 1)).as("%s", loss).isLessThan(0.8 * loss.get(0));
    }
    assertThat(again.parametersSha256()).isEqualTo(first.parametersSha256());
  }

  private static TrainingConfig sparse(long seed) {
    return TrainingConfig.builder()
        .workers(2)
        .batchSize(8)
        .epochs(20)
        .seed(seed)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8))
        .build();
  }

  private static TrainingResult fit(TrainingConfig config, IUpdater updater) {
    Dataset<Row> data = SparkTests.cloudFrame(ROWS, 3, 3);
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of())
        .fit(
            NetworkSnapshot.initial(SparkTests.network(updater)),
            data,
            new ColumnBinding("features", "label"));
  }
}
