// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Spark's data serializer is the user's choice; task results and broadcasts go through it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KryoTest {

  @BeforeEach
  void startWithKryo() {
    SparkTests.session().stop();
    SparkSession unused =
        SparkTests.builder()
            .config("spark.serializer", KryoSerializer.class.getName())
            .getOrCreate();
  }

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  @Test
  void aFitWithKryoGivesWhatOneWithJavaGives() {
    assertThat(SparkTests.session().sparkContext().getConf().get("spark.serializer"))
        .contains("Kryo");
    String kryo = fit();
    SparkTests.session().stop();
    assertThat(fit()).isEqualTo(kryo);
  }

  private static String fit() {
    TrainingConfig config = TrainingConfig.builder().workers(2).batchSize(16).epochs(2).build();
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of())
        .fit(
            NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
            SparkTests.cloudFrame(100, 1, 2),
            new ColumnBinding("features", "label"))
        .parametersSha256();
  }
}
