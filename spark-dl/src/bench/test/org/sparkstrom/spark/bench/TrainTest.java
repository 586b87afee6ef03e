// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainTest {
  private final Locale before = Locale.getDefault();

  @BeforeEach
  void speakGerman() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void speakAsBefore() {
    Locale.setDefault(before);
  }

  @Test
  void runsAllContestantsOnBothProblemsByDefault() {
    TrainOptions options = TrainOptions.parse();
    assertThat(options.contestants()).containsExactly(Contestant.values());
    assertThat(options.problems()).containsExactly(TrainProblem.values());
    assertThat(options.rows()).isEqualTo(50_000);
  }

  @Test
  void readsItsOptions() {
    TrainOptions options =
        TrainOptions.parse(
            "--problem",
            "lenet",
            "--contestants",
            "mllib,sparkstrom",
            "--rows",
            "4096",
            "--seed",
            "9",
            "--limit-seconds",
            "7",
            "--python",
            "python");
    assertThat(options.problems()).containsExactly(TrainProblem.LENET);
    assertThat(options.contestants()).containsExactly(Contestant.MLLIB, Contestant.SPARKSTROM);
    assertThat(options.rows()).isEqualTo(4096);
    assertThat(options.seed()).isEqualTo(9);
    assertThat(options.limitSeconds()).isEqualTo(7);
    assertThat(options.python()).isEqualTo("python");
  }

  @ParameterizedTest
  @CsvSource({
    "--row, 1, '--row'",
    "--rows, 2047, 'at least 2048, but is 2047'",
    "--seed, x, but is 'x'",
    "--problem, alexnet, but is 'alexnet'",
    "--contestants, horovod, but has 'horovod'"
  })
  void refusesWhatItDoesNotKnow(String option, String value, String message) {
    assertThatThrownBy(() -> TrainOptions.parse(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void tellsContestantsWhatToDo() {
    Contest contest =
        new Contest(Path.of("/data"), TrainProblem.LENET, 3, 12.5, 4096, "spark://127.0.0.1:7");
    assertThat(Contest.parse(contest.arguments().toArray(String[]::new))).isEqualTo(contest);
  }

  @Test
  void timesTrainingUntilTheTargetOrTheLimit() throws IOException {
    ContestClock clock = new ContestClock(0.9, 100);
    assertThat(clock.lap(10, 60, 0.5)).isTrue();
    assertThat(clock.lap(10, 30, 0.9)).isFalse();
    ContestResult reached = clock.result().withBytesSent(5);
    assertThat(reached.reached()).isTrue();
    assertThat(ContestResult.parse(reached.toLine())).contains(reached);
    assertThat(ContestResult.parse("anything else")).isEmpty();
    ContestClock slow = new ContestClock(0.9, 100);
    assertThat(slow.lap(10, 100, 0.7)).isFalse();
    assertThat(slow.lap(10, 1, 0.6)).isFalse();
    assertThat(slow.result().reached()).isFalse();
    assertThat(slow.result().accuracy()).isEqualTo(0.7);
  }

  @Test
  void writesNullForWhatWasNotReached() throws IOException {
    TrainTable table =
        new TrainTable(
            TrainProblem.PERCEPTRON,
            Map.of(
                Contestant.ONE_WORKER, ContestResult.of(2, 0.976, true, 600),
                Contestant.DL4J, ContestResult.of(10, 0.97, false, 1_500)),
            Map.of(Contestant.PYTORCH, "skipped"));
    JsonNode json = new ObjectMapper().readTree(table.toJson());
    assertThat(json.at("/timeToTargetSeconds/sparkstromOneWorker").asDouble()).isEqualTo(2);
    assertThat(json.at("/timeToTargetSeconds/dl4j").isNull()).isTrue();
    assertThat(json.at("/accuracy/dl4j").asDouble()).isEqualTo(0.97);
    assertThat(json.at("/accuracy/pytorch").isNull()).isTrue();
    assertThat(json.at("/rowsPerSecond/dl4j").asDouble()).isEqualTo(150);
    assertThat(json.at("/oneWorkerOverStockDl4j").asDouble()).isEqualTo(2);
    assertThat(String.join("\n", table.lines()))
        .contains("97.5%", "not reached", "2.00", "97.60%", "skipped");
  }

  @ParameterizedTest
  @CsvSource({"PERCEPTRON, 203530", "LENET, 61706"})
  void hasTheNetworksThatItNames(TrainProblem problem, long parameters) {
    MultiLayerNetwork network = new MultiLayerNetwork(problem.network(1));
    network.init();
    assertThat(network.numParams()).isEqualTo(parameters);
  }
}
