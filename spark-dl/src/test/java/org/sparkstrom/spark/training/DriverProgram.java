// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** A driver in a JVM of its own that trains on a cluster until it is killed. */
final class DriverProgram {

  private DriverProgram() {}

  /** Where it tells that all workers train. */
  static Path trainingFile(Path folder) {
    return folder.resolve("training");
  }

  /** Takes the master's URL and the cluster's folder. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[1]);
    SparkSession session = SparkCluster.application(arguments[0], folder).getOrCreate();
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.RoundProgress round
              && round.progress().epoch() > 1
              && !Files.exists(trainingFile(folder))) {
            try {
              Files.createFile(trainingFile(folder));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    TrainingConfig endless =
        TrainingConfig.builder().workers(3).batchSize(16).epochs(10_000_000).build();
    TrainingResult unused =
        new DistributedTrainer(session.sparkContext(), endless, List.of(listener))
            .fit(
                NetworkSnapshot.initial(SparkTests.network(new Adam(0.003))),
                SparkTests.cloudFrame(300, 5, 3),
                new ColumnBinding("features", "label"));
  }
}
