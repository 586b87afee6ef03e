// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A virtual environment of Python with the package pyspark, which is a whole Spark distribution: no
 * part of it is of this build. It is made once and kept in the build folder.
 */
final class StockSpark {
  static final Path TARGET = Path.of("target").toAbsolutePath();
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private static final Duration DOWNLOAD = Duration.ofMinutes(10);
  private static final String VERSION = System.getProperty("spark.version");

  private static StockSpark made;

  private final Path venv;
  private final Path home;

  private StockSpark(Path venv, Path home) {
    this.venv = venv;
    this.home = home;
  }

  /** The distribution; skips the test where Python or its package index is not to be had. */
  static synchronized StockSpark get() throws IOException, InterruptedException {
    if (made == null) {
      made = make(TARGET.resolve("venv-" + VERSION));
    }
    return made;
  }

  private static StockSpark make(Path venv) throws IOException, InterruptedException {
    String python =
        environmentOf(venv, List.of("pyspark==" + VERSION, "numpy", "setuptools>=61,<81", "wheel"));
    Command where =
        Command.run(
                TARGET,
                Map.of(),
                Duration.ofMinutes(2),
                List.of(
                    python, "-c", "import pyspark, os; print(os.path.dirname(pyspark.__file__))"))
            .assertSuccess();
    return new StockSpark(venv, Path.of(where.output().strip()));
  }

  /**
   * The interpreter of a virtual environment, which is made unless it is there; skips the test
   * where it cannot be.
   */
  static String environmentOf(Path venv, List<String> packages)
      throws IOException, InterruptedException {
    String python = venv.resolve("bin/python").toString();
    Path complete = venv.resolve("complete");
    if (!Files.exists(complete)) {
      assumeSuccess(
          "python3 -m venv does not work here (on Debian and Ubuntu: apt install python3-venv)",
          List.of("python3", "-m", "venv", "--clear", venv.toString()));
      assumeSuccess("pip cannot get " + packages + " here", pipInstall(python, packages));
      Files.createFile(complete);
    }
    return python;
  }

  /** The command that installs packages, or wheels by their paths and options of pip. */
  static List<String> pipInstall(String python, List<String> packages) {
    List<String> pip =
        List.of(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--disable-pip-version-check");
    return Stream.concat(pip.stream(), packages.stream()).toList();
  }

  private static void assumeSuccess(String otherwise, List<String> command)
      throws IOException, InterruptedException {
    String problem;
    try {
      Command done = Command.run(TARGET, Map.of(), DOWNLOAD, command);
      problem = done.exitCode() == 0 ? "" : done.describe();
    } catch (IOException | AssertionError e) { // cannot be started, or takes too long
      problem = e.getMessage();
    }
    assumeTrue(problem.isEmpty(), otherwise + ": " + problem);
  }

  /** The distribution's folder, with bin and jars. */
  Path home() {
    return home;
  }

  /** The virtual environment. */
  Path venv() {
    return venv;
  }

  /** The interpreter. */
  String python() {
    return venv.resolve("bin/python").toString();
  }

  /** Runs one of the distribution's programs, with no setting of this build. */
  Command submit(Path folder, List<String> command) throws IOException, InterruptedException {
    return Command.run(folder, environment(Map.of()), Duration.ofMinutes(10), command);
  }

  /** The environment of a process that uses the distribution. */
  Map<String, String> environment(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>();
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("SPARK_HOME", home.toString());
    variables.put("SPARK_LOCAL_IP", "127.0.0.1");
    variables.put("PYTHONDONTWRITEBYTECODE", "1");
    // As in an activated environment: Spark starts its Python workers as python3
    variables.put("PATH", venv.resolve("bin") + ":" + System.getenv("PATH"));
    for (String unset : List.of("PYTHONPATH", "PYSPARK_PYTHON", "SPARK_CONF_DIR", "CLASSPATH")) {
      variables.put(unset, "");
    }
    variables.putAll(more);
    return variables;
  }

  /** The first block of code in this language in README.md. */
  static String exampleOfReadme(String language) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(block.find()).as("README.md has a block of %s", language).isTrue();
    return block.group(1);
  }

  /** The one jar that the build has made. */
  static Path bundle() {
    Path jar =
        TARGET.resolve(
            "sparkstrom-bundle_2.12-" + System.getProperty("sparkstrom.version") + ".jar");
    assertThat(jar).exists();
    return jar;
  }
}
