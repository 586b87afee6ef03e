// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.keras;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The JVM that imports one Keras model; see {@link KerasFile}. */
final class KerasImportProcess {

  private static final int LOG_LINES = 12;
  private static final int END_SECONDS = 60; // of a process that was killed

  private final String source;
  private final Path folder;

  /**
   * An import of {@code folder/model.h5}.
   *
   * @param source where that is from, as errors tell it
   * @param folder of the caller, who removes it
   */
  KerasImportProcess(String source, Path folder) {
    this.source = source;
    this.folder = folder;
  }

  /** The network as DL4J's zip, after {@link #run}. */
  Path network() {
    return folder.resolve("network.zip");
  }

  /** What it takes and gives, after {@link #run}. */
  Path signature() {
    return folder.resolve("signature.json");
  }

  /** Runs the import to its end; blocks for no longer than the limit. */
  void run(Duration limit) throws IOException {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the import of '" + source + "' was interrupted", e);
    }
    if (!ended) {
      throw new IllegalStateException(
          "the import of the Keras model '%s' must end within %d ms, but does not; it was stopped. Its last output: %s"
              .formatted(source, limit.toMillis(), tail(log)));
    }
    if (process.exitValue() != 0) {
      throw failure(process.exitValue(), log);
    }
  }

  private RuntimeException failure(int exit, Path log) throws IOException {
    Path reason = folder.resolve(KerasImportMain.REASON);
    if (Files.exists(reason)) {
      return new IllegalArgumentException(
          "the Keras model '%s' must be one that DL4J can import, but is not: %s"
              .formatted(source, Files.readString(reason, StandardCharsets.UTF_8)));
    }
    return new IllegalStateException(
        "the import of the Keras model '%s' ended its JVM (exit code %d), as DL4J's does on some old models; save the model anew with Keras 2, or as ONNX. Its last output: %s"
            .formatted(source, exit, tail(log)));
  }

  private static String tail(Path log) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
    if (cache != null) {
      command.add("-Dorg.bytedeco.javacpp.cachedir=" + Path.of(cache).toAbsolutePath());
    }
    command.addAll(List.of("-Djava.awt.headless=true", "-XX:-CreateCoredumpOnCrash"));
    command.addAll(List.of("-cp", classPath(KerasImportProcess.class.getClassLoader())));
    command.add(KerasImportMain.class.getName());
    command.add(folder.toString());
    return command;
  }

  /** The class path of this JVM with the jars that Spark has added to it. */
  static String classPath(ClassLoader loader) {
    Set<String> paths = new LinkedHashSet<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!path.isEmpty()) {
        paths.add(Path.of(path).toAbsolutePath().toString());
      }
    }
    for (ClassLoader at = loader; at != null; at = at.getParent()) {
      if (at instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          addFile(url, paths);
        }
      }
    }
    return String.join(File.pathSeparator, paths);
  }

  private static void addFile(URL url, Set<String> paths) {
    if (url.getProtocol().equals("file")) {
      try {
        paths.add(Path.of(new URI(url.toString())).toString());
      } catch (URISyntaxException | IllegalArgumentException e) {
        paths.add(url.getPath()); // a URL that was not escaped
      }
    }
  }
}
