// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of these tests that ran in a JVM of its own, with the flags that Spark gives its JVMs.
 *
 * @param pid the number of the process, which has ended
 * @param lines what it wrote, errors included
 */
public record FreshJvm(long pid, List<String> lines) {

  private static final List<String> OPEN =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  /**
   * Runs the program to its end.
   *
   * @param folder given to the program as its only argument; its output goes there too
   * @throws AssertionError if it does not end in time, or ends with an error; tells its output
   */
  public static FreshJvm run(
      Class<?> program, Path folder, long timeoutSeconds, String... jvmOptions)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPEN.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.addAll(List.of(jvmOptions));
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), program.getName(), folder.toString()));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(timeoutSeconds, TimeUnit.SECONDS);
      List<String> lines = Files.readAllLines(output);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            "%s must end well within %d s, but %s; it wrote:%n%s"
                .formatted(
                    program.getSimpleName(),
                    timeoutSeconds,
                    ended ? "ended with " + process.exitValue() : "did not end",
                    String.join(System.lineSeparator(), lines)));
      }
      return new FreshJvm(process.pid(), lines);
    } finally {
      process.destroyForcibly();
    }
  }
}
