// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that has ended: what it wrote and how it ended.
 *
 * @param exitCode 0 if it went well
 * @param output standard output
 * @param errors standard error
 */
record Command(int exitCode, String output, String errors) {

  /**
   * Runs a command to its end. Kills it, with its children, when it takes too long.
   *
   * @param folder working directory, for its output too
   * @param environment variables to set; an empty value removes one
   * @throws IOException if it cannot be started
   */
  static Command run(
      Path folder, Map<String, String> environment, Duration patience, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "command", ".out");
    Path errors = Files.createTempFile(folder, "command", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    environment.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended)
          .as("%s has ended within %s: %s", command, patience, tail(Files.readString(errors)))
          .isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Command(process.exitValue(), Files.readString(output), Files.readString(errors));
  }

  /** This command; fails if it has not ended well. */
  Command assertSuccess() {
    assertThat(exitCode).as(describe()).isZero();
    return this;
  }

  /** The ends of what it wrote. */
  String describe() {
    return "exit code %d%nstandard output: %s%nstandard error: %s"
        .formatted(exitCode, tail(output), tail(errors));
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 6000));
  }
}
