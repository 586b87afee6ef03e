// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.assertj.core.api.AbstractThrowableAssert;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.CheckpointException;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Fits that cannot work: each is an error on the driver, before any worker starts. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BadInputTest {

  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");

  @Test
  void aNetworkThatTakesAnotherWidthThanTheDataHas() {
    refused(classifier(64, 3), data())
        .hasMessageContaining("the network takes 64 inputs")
        .hasMessageContaining("'features' has 4 features");
  }

  @Test
  void layersThatDoNotFitEachOther() {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("dense", new DenseLayer.Builder().nIn(4).nOut(8).build(), "in")
            .addLayer("out", TestNetworks.softmax(9, 3), "dense")
            .setOutputs("out")
            .build();
    refused(NetworkSnapshot.initial(graph), data())
        .hasMessageContaining("layers do not fit each other or the data: a row of FLAT [4] fails")
        .hasMessageContaining("check nIn and nOut of each layer");
  }

  @Test
  void aNetworkWithoutAnOutputLayer() {
    NetworkSnapshot network =
        NetworkSnapshot.initial(list().layer(dense(4, 8)).layer(dense(8, 3)).build());
    refused(network, data())
        .hasMessageContaining("last layer must be an output layer, but output is DenseLayer")
        .hasMessageContaining("end the configuration with an OutputLayer");
  }

  @Test
  void labelsThatDoNotFitTheLoss() {
    refused(classifier(4, 3), data().withColumn("label", functions.lit("cat")))
        .hasMessageContaining(
            "Column label must be of type numeric but was actually of type string");
    refused(classifier(4, 3), data().withColumn("label", functions.col("features")))
        .hasMessageContaining(
            "Column label must be of type numeric but was actually of type struct");
    refused(classifier(4, 3), data().withColumn("label", functions.lit(0.5)))
        .hasMessageContaining("label column 'label' is 0.5")
        .hasMessageContaining("must be an integer from 0 to 2");
    NetworkSnapshot regression =
        NetworkSnapshot.initial(
            list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    refused(regression, data())
        .hasMessageContaining("the network's output has 2 values")
        .hasMessageContaining("label column 'label' has 1");
  }

  @Test
  void aCheckpointThatCannotBeRead(@TempDir Path folder) throws IOException {
    TrainingConfig config = withCheckpoints(folder);
    fit(classifier(4, 3), data(), config, event -> {});
    Path checkpoint = onlyCheckpoint(folder);
    for (String file : List.of("MANIFEST.json", "network.part", "worker-00000.part")) {
      Path path = checkpoint.resolve(file);
      byte[] whole = Files.readAllBytes(path);
      Files.deleteIfExists(checkpoint.resolve("." + file + ".crc"));
      byte[] damaged = whole.clone();
      damaged[whole.length / 2] ^= 1;
      Files.write(path, damaged);
      refused(CheckpointException.class, classifier(4, 3), data(), config)
          .as(file)
          .hasMessageContaining(file)
          .hasMessageContaining("is damaged")
          .hasMessageContaining("Delete the checkpoint '")
          .hasMessageContaining("LATEST_READABLE");
      Files.write(path, whole);
    }
    Files.delete(checkpoint.resolve("network.part"));
    refused(CheckpointException.class, classifier(4, 3), data(), config)
        .hasMessageContaining("network.part")
        .hasMessageContaining("cannot be read");
  }

  @Test
  void aDirectoryOfCheckpointsThatCannotBeWritten(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    refused(
            CheckpointException.class,
            classifier(4, 3),
            data(),
            withCheckpoints(file.resolve("checkpoints")))
        .hasMessageContaining("the directory of checkpoints must be writable, but is not")
        .hasMessageContaining(file.toString())
        .hasMessageContaining("choose another one");
  }

  @Test
  void aCheckpointOfAnotherNetwork(@TempDir Path folder) {
    TrainingConfig config = withCheckpoints(folder);
    fit(classifier(4, 3), data(), config, event -> {});
    refused(CheckpointException.class, classifier(4, 5), data(), config)
        .hasMessageContaining("a fit can only resume from a checkpoint of its own kind")
        .hasMessageContaining("network: layer 'layer0' has nout 5 here and 3 there")
        .hasMessageContaining("parameters is 25 here and 15 there")
        .hasMessageContaining("take another directory");
    refused(
            CheckpointException.class,
            NetworkSnapshot.initial(
                list().layer(dense(4, 8)).layer(TestNetworks.softmax(8, 3)).build()),
            data(),
            config)
        .hasMessageContaining(
            "network: it has the layers [layer0, layer1] here and [layer0] there");
  }

  private static AbstractThrowableAssert<?, ?> refused(NetworkSnapshot network, Dataset<Row> data) {
    TrainingConfig config = TrainingConfig.builder().workers(2).epochs(1).build();
    return refused(IllegalArgumentException.class, network, data, config);
  }

  /** No worker has started: the listener has heard of nothing but the failure. */
  private static <T extends RuntimeException> AbstractThrowableAssert<?, ?> refused(
      Class<T> type, NetworkSnapshot network, Dataset<Row> data, TrainingConfig config) {
    List<TrainingEvent> events = new ArrayList<>();
    T failure = catchThrowableOfType(type, () -> fit(network, data, config, events::add));
    assertThat(events).containsExactly(new TrainingEvent.Failed(failure));
    return assertThat(failure);
  }

  private static void fit(
      NetworkSnapshot network,
      Dataset<Row> data,
      TrainingConfig config,
      TrainingListener listener) {
    TrainingResult unused =
        new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener))
            .fit(network, data, COLUMNS);
  }

  private static TrainingConfig withCheckpoints(Path folder) {
    return TrainingConfig.builder()
        .workers(2)
        .epochs(1)
        .care(FitCare.DEFAULT.with(CheckpointConfig.in(folder.toUri().toString())))
        .build();
  }

  private static Path onlyCheckpoint(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> checkpoints = all.toList();
      assertThat(checkpoints).hasSize(1);
      return checkpoints.get(0);
    }
  }

  private static NetworkSnapshot classifier(int in, int classes) {
    return NetworkSnapshot.initial(list().layer(TestNetworks.softmax(in, classes)).build());
  }

  private static NeuralNetConfiguration.ListBuilder list() {
    return new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).list();
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).build();
  }

  private static Dataset<Row> data() {
    return SparkTests.cloudFrame(60, 3, 2);
  }
}
