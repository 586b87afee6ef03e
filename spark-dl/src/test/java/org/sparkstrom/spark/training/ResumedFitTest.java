// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.CheckpointException;
import org.sparkstrom.spark.checkpoint.ResumePolicy;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Fits that stop and go on from a checkpoint. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ResumedFitTest {
  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  private static final int EPOCHS = 6;
  private static final int ROWS = 300; // 10 rounds an epoch on each of two workers

  @TempDir Path temp;

  static Stream<Arguments> modes() {
    return Stream.of(
        Arguments.of(Quantizer.THRESHOLD, Synchrony.SYNC, 1),
        Arguments.of(Quantizer.NONE, Synchrony.SYNC, 1),
        Arguments.of(Quantizer.FLOAT16, Synchrony.SYNC, 1),
        Arguments.of(Quantizer.THRESHOLD, Synchrony.PIPELINED, 1),
        Arguments.of(Quantizer.THRESHOLD, Synchrony.SYNC, 5));
  }

  @ParameterizedTest(name = "{0}, {1}, {2} local steps")
  @MethodSource("modes")
  void failureTrainsOnFromTheCheckpointAndNotFromZero(
      Quantizer quantizer, Synchrony synchrony, int localSteps) throws IOException {
    TrainingConfig.Builder mode =
        config(EPOCHS).quantizer(quantizer).synchrony(synchrony).localSteps(localSteps);
    String whole = fit(mode.care(care("whole")).build()).parametersSha256();

    assertThatThrownBy(() -> fit(mode.care(care("parts")).build(), new FailAt(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the driver has had enough");
    List<TrainingEvent> events = new ArrayList<>();
    TrainingResult resumed = fit(mode.care(care("parts")).build(), events::add);

    assertThat(resumed.parametersSha256()).isEqualTo(whole);
    assertThat(resumed.history()).hasSize(EPOCHS);
    assertThat(resumed.rows()).isLessThan(EPOCHS * (long) ROWS);
    TrainingEvent.Started started = (TrainingEvent.Started) events.get(0);
    assertThat(started.resumedFrom())
        .hasValueSatisfying(path -> assertThat(path).contains("parts"));
    assertThat(resumed.snapshot().epoch()).isEqualTo(EPOCHS);
    assertThat(resumed.snapshot().iteration()).isEqualTo(EPOCHS * 10);
  }

  @Test
  void goesOnInTheMiddleOfAnEpoch() {
    TrainingConfig.Builder mode = config(EPOCHS);
    FitCare whole = FitCare.DEFAULT;
    FitCare within =
        care(CheckpointConfig.in(directory("parts")).withEveryRounds(4).withEveryEpochs(0));
    List<Double> losses = fit(mode.care(whole).build()).lossPerEpoch();
    String sha = fit(mode.care(whole).build()).parametersSha256();

    List<TrainingEvent.CheckpointWritten> written = new ArrayList<>();
    TrainingListener stopWithin =
        event -> {
          if (event instanceof TrainingEvent.CheckpointWritten checkpoint) {
            written.add(checkpoint);
            if (checkpoint.round() > 24) {
              throw new IllegalStateException("the driver has had enough");
            }
          }
        };
    assertThatThrownBy(() -> fit(mode.care(within).build(), stopWithin))
        .hasMessage("the driver has had enough");
    assertThat(written).allSatisfy(each -> assertThat(each.round() % 10).isIn(4L, 8L));

    TrainingResult resumed = fit(mode.care(within).build());
    assertThat(resumed.parametersSha256()).isEqualTo(sha);
    assertThat(resumed.lossPerEpoch().subList(0, 2)).isEqualTo(losses.subList(0, 2));
    assertThat(resumed.lossPerEpoch().get(EPOCHS - 1)).isEqualTo(losses.get(EPOCHS - 1));
  }

  @Test
  void aFitThatIsDoneCanBeGivenMoreEpochs() {
    fit(config(3).care(care("more")).build());
    TrainingResult again = fit(config(3).care(care("more")).build());
    assertThat(again.rounds()).isZero();
    assertThat(again.history()).hasSize(3);
    TrainingResult longer = fit(config(EPOCHS).care(care("more")).build());
    assertThat(longer.parametersSha256()).isEqualTo(fit(config(EPOCHS).build()).parametersSha256());
  }

  @Test
  void aFittedNetworkGoesOnAsTheSameFit() {
    String whole = fit(config(EPOCHS).build()).parametersSha256();
    TrainingResult half = fit(config(3).care(care("halves")).build());
    TrainingResult rest =
        trainer(config(EPOCHS - 3).care(care("halves")).build(), event -> {})
            .fit(half.snapshot(), data(), COLUMNS);
    assertThat(rest.parametersSha256()).isEqualTo(whole);
    assertThat(rest.rounds()).isEqualTo(30);
    assertThat(rest.history()).extracting(EpochFigures::epoch).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void aNetworkThatIsFurtherThanTheCheckpointIsNotThrownAway() throws IOException {
    fit(config(2).care(care("behind")).build());
    NetworkSnapshot further = fit(config(3).build()).snapshot();
    float[] changed = further.parameters().clone();
    changed[0] += 1;
    for (NetworkSnapshot given :
        List.of(
            further,
            new NetworkSnapshot(
                further.configurationJson(), changed, further.updaterState(), 20, 2))) {
      List<TrainingEvent> events = new ArrayList<>();
      TrainingResult result =
          trainer(config(1).care(care("behind")).build(), events::add).fit(given, data(), COLUMNS);
      assertThat(((TrainingEvent.Started) events.get(0)).resumedFrom()).isEmpty();
      assertThat(result.rounds()).isEqualTo(10);
      assertThat(result.snapshot().epoch()).isEqualTo(given.epoch() + 1);
      assertThat(result.history()).extracting(EpochFigures::epoch).containsExactly(given.epoch());
      deleteCheckpoints("behind", given.epoch() + 1);
    }
  }

  /** Those after so many epochs. */
  private void deleteCheckpoints(String directory, int epoch) throws IOException {
    try (Stream<Path> all = Files.list(temp.resolve(directory))) {
      List<Path> newer =
          all.filter(path -> path.toString().contains("checkpoint-%05d-".formatted(epoch)))
              .toList();
      assertThat(newer).hasSize(1);
      newer.forEach(path -> FileUtils.deleteQuietly(path.toFile()));
    }
  }

  @Test
  void keepsTheNewestCheckpointsAndNothingElse() throws IOException {
    List<String> written = new ArrayList<>();
    fit(
        config(5).care(care(CheckpointConfig.in(directory("kept")).withKeep(2))).build(),
        event -> {
          if (event instanceof TrainingEvent.CheckpointWritten checkpoint) {
            assertThat(checkpoint.lengthBytes()).isPositive();
            written.add(checkpoint.path());
          }
        });
    assertThat(written).hasSize(5);
    try (Stream<Path> left = Files.list(temp.resolve("kept"))) {
      assertThat(left)
          .extracting(path -> path.getFileName().toString())
          .containsExactlyInAnyOrder(
              written.get(3).substring(written.get(3).lastIndexOf('/') + 1),
              written.get(4).substring(written.get(4).lastIndexOf('/') + 1));
    }
  }

  @Test
  void refusesACheckpointOfAnotherFitAndSaysWhatDiffers() {
    fit(config(2).care(care("other")).build());
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> fit(config(2).seed(7).batchSize(10).care(care("other")).build()))
        .withMessageContaining("batchSize is 10 here and 15 there")
        .withMessageContaining("seed is 7 here and 42 there");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> fit(config(2).workers(1).care(care("other")).build()))
        .withMessageContaining("workers is 1 here and 2 there");
    NetworkSnapshot other = NetworkSnapshot.initial(SparkTests.network(new Adam(0.02)));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () ->
                trainer(config(2).care(care("other")).build(), event -> {})
                    .fit(other, data(), COLUMNS))
        .withMessageContaining(
            "network: layer 'layer0' has idropout null here and"
                + " {\"@class\":\"org.deeplearning4j.nn.conf.dropout.Dropout\"");
    FitCare never = care(CheckpointConfig.in(directory("other")).withResume(ResumePolicy.NEVER));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> fit(config(2).care(never).build()))
        .withMessageContaining("must be empty where a fit does not resume");
  }

  @Test
  void aDamagedCheckpointIsNamedAndTheOneBeforeTakenIfAsked() throws IOException {
    String whole = fit(config(4).care(care("damaged")).build()).parametersSha256();
    Path newest;
    try (Stream<Path> all = Files.list(temp.resolve("damaged"))) {
      newest = all.sorted().reduce((a, b) -> b).orElseThrow();
    }
    Files.deleteIfExists(newest.resolve(".worker-00001.part.crc"));
    byte[] bytes = Files.readAllBytes(newest.resolve("worker-00001.part"));
    bytes[bytes.length / 2] ^= 4;
    Files.write(newest.resolve("worker-00001.part"), bytes);

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> fit(config(4).care(care("damaged")).build()))
        .withMessageContaining("worker-00001.part")
        .withMessageContaining("damaged");
    CheckpointConfig lenient =
        CheckpointConfig.in(directory("damaged")).withResume(ResumePolicy.LATEST_READABLE);
    TrainingResult resumed = fit(config(4).care(care(lenient)).build());
    assertThat(resumed.parametersSha256()).isEqualTo(whole);
    assertThat(resumed.rounds()).isEqualTo(10);
  }

  /** Ends the fit from the driver once so many checkpoints are written. */
  private static final class FailAt implements TrainingListener {
    private final int checkpoints;
    private int seen;

    FailAt(int checkpoints) {
      this.checkpoints = checkpoints;
    }

    @Override
    public void onEvent(TrainingEvent event) {
      if (event instanceof TrainingEvent.CheckpointWritten) {
        seen++;
        if (seen == checkpoints) {
          throw new IllegalStateException("the driver has had enough");
        }
      }
    }
  }

  private String directory(String name) {
    return temp.resolve(name).toUri().toString();
  }

  private FitCare care(String name) {
    return care(CheckpointConfig.in(directory(name)));
  }

  private static FitCare care(CheckpointConfig checkpoints) {
    return FitCare.DEFAULT.with(checkpoints);
  }

  private static TrainingConfig.Builder config(int epochs) {
    return TrainingConfig.builder()
        .workers(2)
        .batchSize(15)
        .epochs(epochs)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8));
  }

  private static TrainingResult fit(TrainingConfig config) {
    return fit(config, event -> {});
  }

  /** A network with dropout, so that what is random must go on as well. */
  private static TrainingResult fit(TrainingConfig config, TrainingListener listener) {
    MultiLayerConfiguration network = SparkTests.network(new Adam(0.01));
    ((DenseLayer) network.getConf(0).getLayer()).setIDropout(new Dropout(0.8));
    return trainer(config, listener).fit(NetworkSnapshot.initial(network), data(), COLUMNS);
  }

  private static DistributedTrainer trainer(TrainingConfig config, TrainingListener listener) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(listener));
  }

  private static Dataset<Row> data() {
    return SparkTests.cloudFrame(ROWS, 3, 4);
  }
}
