// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts/quickstart as a user does, on a real cluster, with real signals. */
class QuickstartIT {
  private static final Duration WHOLE_RUN = Duration.ofMinutes(5);

  /** Some rounds have been made; the progress line may leave out any single one, or an epoch. */
  private static final Pattern TRAINING = Pattern.compile("round \\d{2,}");

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(60);
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  @TempDir private Path folder;

  @Test
  void trainsOnTwoExecutorsAndRepeatsItselfBitByBit() throws IOException {
    JsonNode first = quickstart("first", "--no-build");

    assertThat(first.get("accuracy").asDouble()).isGreaterThanOrEqualTo(0.97);
    assertThat(first.get("workers").asInt()).isEqualTo(2);
    assertThat(first.get("executors").asInt()).isEqualTo(2);
    assertThat(first.get("replicasEqual").asBoolean()).isTrue();
    assertThat(first.get("rounds").asLong()).isPositive();
    assertThat(first.get("denseBytes").asDouble() / first.get("bytesSent").asDouble())
        .isGreaterThanOrEqualTo(20);
    assertThat(first.get("fitSeconds").asDouble()).isPositive();
    assertThat(first.get("predictRowsPerSecond").asDouble()).isPositive();

    JsonNode second = quickstart("second", "--no-build");

    assertThat(second.get("parametersSha256")).isEqualTo(first.get("parametersSha256"));
    assertThat(second.get("accuracy")).isEqualTo(first.get("accuracy"));

    JsonNode embedded = quickstart("embedded", "--no-build", "--master", "local[2]");

    assertThat(embedded.get("executors").asInt()).isEqualTo(1);
    assertThat(embedded.get("parametersSha256")).isEqualTo(first.get("parametersSha256"));
  }

  @Test
  void namesTheWorkersWhenAllExecutorsAreKilled() throws IOException, InterruptedException {
    try (ScriptRun run = startLongTraining()) {
      for (long executor : run.processes(EXECUTOR)) {
        ScriptRun.signal("KILL", executor);
      }

      assertThat(run.awaitEnd(AFTER_A_FAULT)).as(run.describe()).isEqualTo(1);
      assertThat(run.stderr())
          .containsPattern("error: lost worker \\d \\(executor \\d on 127\\.0\\.0\\.1")
          .contains("Only 0 of 2 workers remain");
      assertThat(run.stdout()).isEmpty();
      run.assertNothingLeft();
    }
  }

  @Test
  void leavesNothingAfterAnInterrupt() throws IOException, InterruptedException {
    try (ScriptRun run = startLongTraining()) {
      ScriptRun.signal("INT", run.pid());

      assertThat(run.awaitEnd(AFTER_A_FAULT)).as(run.describe()).isEqualTo(130);
      assertThat(run.stdout()).isEmpty();
      run.assertNothingLeft();
    }
  }

  @Test
  void saysWhatIsWrongWithItsOptions() throws IOException {
    try (ScriptRun run = ScriptRun.start(folder, "quickstart", "--master", "yarn")) {
      assertThat(run.awaitEnd(AFTER_A_FAULT)).isEqualTo(1);
      assertThat(run.stderr())
          .contains("--master must be local[N] or spark://HOST:PORT, but is 'yarn'");
      run.assertNothingLeft();
    }
  }

  /** A run that is in the midst of training and would go on for long. */
  private ScriptRun startLongTraining() throws IOException {
    ScriptRun run = ScriptRun.start(folder, "quickstart", "--no-build", "--", "--epochs", "100000");
    run.awaitStderr(TRAINING, WHOLE_RUN);
    assertThat(run.processes(EXECUTOR)).hasSize(2);
    return run;
  }

  private JsonNode quickstart(String name, String... arguments) throws IOException {
    try (ScriptRun run = ScriptRun.start(folder.resolve(name), "quickstart", arguments)) {
      assertThat(run.awaitEnd(WHOLE_RUN)).as(run.describe()).isZero();
      assertThat(run.stdout().lines()).hasSize(1);
      run.assertNothingLeft();
      return new ObjectMapper().readTree(run.stdout());
    }
  }
}
