// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DigitsClassificationTest {
  private static final Path DATA = Path.of("..", "src-test-data").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @Test
  void theLoadedModelRecognizesHeldOutDigits() throws Exception {
    CommandLine command = DigitsClassification.commandLine();
    command.parseArgs(arguments("digits-train.csv", "--epochs", "10"));
    DigitsClassification example = command.getCommand();

    DigitsResult result = example.run(this::session);

    assertThat(result.accuracy()).isGreaterThan(0.9);
    assertThat(result.workers()).isEqualTo(2);
    assertThat(result.executors()).isEqualTo(1);
    assertThat(result.replicasEqual()).isTrue();
    assertThat(result.parametersSha256()).matches("[0-9a-f]{64}");
    // 1,442 rows on 2 workers are 721 each: 46 batches of at most 16.
    assertThat(result.rounds()).isEqualTo(10 * 46);
    assertThat(result.bytesSent()).isBetween(1L, result.denseBytes());
    assertThat(SparkSession.getDefaultSession().isEmpty()).isTrue();
  }

  @Test
  void namesTheOptionThatIsMissing() {
    StringWriter errors = new StringWriter();

    int code = DigitsClassification.commandLine().setErr(new PrintWriter(errors)).execute();

    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("Missing required options: '--train=<train>'");
  }

  @Test
  void tellsAFailureOnceWithItsCauses() {
    RuntimeException root = new RuntimeException("the disk is full");
    RuntimeException repeated = new RuntimeException("cannot save: the disk is full", root);

    assertThat(DigitsClassification.describe(new RuntimeException("the fit failed", repeated)))
        .isEqualTo("the fit failed%ncaused by: cannot save: the disk is full".formatted());
  }

  @Test
  void aResultIsOneLineOfJson() {
    DigitsResult result = new DigitsResult(0.98765, 2, 2, true, "ab", 10, 100, 4000, 1.234, 5678.9);

    assertThat(result.toJson())
        .isEqualTo(
            "{\"accuracy\":0.9877, \"workers\":2, \"executors\":2, \"replicasEqual\":true, "
                + "\"parametersSha256\":\"ab\", \"rounds\":10, \"bytesSent\":100, "
                + "\"denseBytes\":4000, \"fitSeconds\":1.23, \"predictRowsPerSecond\":5679}");
  }

  private String[] arguments(String train, String... more) {
    String[] fixed = {
      "--train", DATA.resolve(train).toString(),
      "--test", DATA.resolve("digits-test.csv").toString(),
      "--model", folder.resolve("model").toString()
    };
    String[] all = new String[fixed.length + more.length];
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return all;
  }

  private SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .getOrCreate();
  }
}
