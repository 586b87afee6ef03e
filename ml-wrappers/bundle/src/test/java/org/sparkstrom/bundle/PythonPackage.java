// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The wheel of this build, in the virtual environment of a stock PySpark. */
final class PythonPackage {
  /** For a command that may be a suite of tests. */
  static final Duration PATIENCE = Duration.ofMinutes(30);

  private static boolean installed;

  private PythonPackage() {}

  /** The distribution with the wheel, which is built once; skips the test as that does. */
  static synchronized StockSpark installed() throws IOException, InterruptedException {
    StockSpark stock = StockSpark.get();
    if (!installed) {
      install(List.of("--no-deps", "--force-reinstall", wheel(stock.python())));
      installed = true;
    }
    return stock;
  }

  /** Installs packages beside it. */
  static void install(List<String> packages) throws IOException, InterruptedException {
    Command.run(
            StockSpark.TARGET,
            Map.of(),
            PATIENCE,
            StockSpark.pipInstall(StockSpark.get().python(), packages))
        .assertSuccess();
  }

  private static String wheel(String python) throws IOException, InterruptedException {
    String script = StockSpark.ROOT.resolve("scripts/package").toString();
    Command packaged =
        Command.run(
                StockSpark.TARGET,
                Map.of(),
                PATIENCE,
                List.of(script, "--no-build", "--python", python))
            .assertSuccess();
    List<String> made = packaged.output().lines().toList();
    assertThat(made).hasSize(3).allSatisfy(path -> assertThat(Path.of(path)).exists());
    return made.get(2);
  }
}
