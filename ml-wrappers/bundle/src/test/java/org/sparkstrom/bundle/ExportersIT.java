// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What fits tell, read by Prometheus' parser, TensorBoard's reader and an MLflow server. These are
 * installed into a virtual environment of their own, which sees PySpark and the wheel in the other
 * one, so that no other test runs beside what they bring. Runs by {@code scripts/test-python}.
 */
@Tag("python")
class ExportersIT {
  private static final List<String> TOOLS =
      List.of("mlflow>=3.10,<4", "tensorboard>=2.18,<3", "prometheus_client>=0.20,<1");

  @Test
  void theToolsReadWhatFitsTell(@TempDir Path folder) throws Exception {
    StockSpark stock = PythonPackage.installed();
    Path venv = StockSpark.TARGET.resolve("venv-exporters");
    String python = StockSpark.environmentOf(venv, TOOLS);
    Path packages = stock.home().getParent(); // site-packages
    Path own = venv.resolve(stock.venv().relativize(packages)); // of the same Python
    Files.writeString(own.resolve("stock.pth"), packages + "\n");
    Path tests = StockSpark.ROOT.resolve("ml-wrappers/src/test/python/exporters");

    Command done =
        Command.run(
            folder,
            stock.environment(Map.of("SPARK_HOME", "")),
            PythonPackage.PATIENCE,
            List.of(python, "-m", "unittest", "discover", "-v", "-s", tests.toString()));

    done.assertSuccess();
    assertThat(done.errors())
        .containsPattern("Ran [1-9] tests in ")
        .contains("\nOK\n")
        .doesNotContain("... skipped");
  }
}
