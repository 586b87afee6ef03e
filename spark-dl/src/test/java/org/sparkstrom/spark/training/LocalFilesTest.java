// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Training exports nothing; what it must spill is one file per worker that no kill leaves behind.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LocalFilesTest {

  private static final String OURS = "sparkstrom";

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  @Test
  void aFitThatSpillsHasNoNamedFileWhileItRunsAndNoneAfterwards(@TempDir Path local) {
    SparkSession common = SparkTests.session();
    NativeRuntime.prepare(); // unpacks ND4J into a folder, once for this JVM
    common.stop();
    SparkSession session =
        SparkTests.builder().config("spark.local.dir", local.toString()).getOrCreate();
    List<Long> seen = new ArrayList<>();
    TrainingConfig config =
        TrainingConfig.builder().workers(2).batchSize(16).epochs(30).storeMemoryBytes(0).build();
    TrainingResult result =
        new DistributedTrainer(
                session.sparkContext(),
                config,
                List.of(
                    event -> {
                      if (event instanceof TrainingEvent.RoundProgress round) {
                        seen.add(round.progress().round() > 0 ? ours(local) : 0);
                      }
                    }))
            .fit(
                NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
                SparkTests.cloudFrame(900, 1, 2),
                new ColumnBinding("features", "label"));
    assertThat(result.rows()).isGreaterThanOrEqualTo(30 * 900);
    assertThat(seen).isNotEmpty().containsOnly(0L);
    assertThat(ours(local)).isZero();
  }

  private static long ours(Path folder) {
    while (true) {
      try (Stream<Path> files = Files.walk(folder)) {
        return files.filter(file -> file.getFileName().toString().startsWith(OURS)).count();
      } catch (UncheckedIOException ignored) {
        // Spark has deleted a file of its own meanwhile: once more
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
