// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the repository's scripts, running as a process with a temporary folder of its own.
 *
 * <p>All processes that it starts inherit that folder in their environment, so they are found by it
 * whoever their parent is. {@link #close()} kills what is left of them.
 */
final class ScriptRun implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("..", "scripts").toAbsolutePath().normalize();
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Path temporary;
  private final Path workingDirectory;
  private final Path stdout;
  private final Path stderr;
  private final Set<Long> seen = new TreeSet<>();
  private final Process process;

  private ScriptRun(Path folder, List<String> command) throws IOException {
    temporary = Files.createDirectories(folder.resolve("tmp of a run"));
    workingDirectory = Files.createDirectories(folder.resolve("cwd"));
    stdout = folder.resolve("stdout");
    stderr = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().put("TMPDIR", temporary.toString());
    process = builder.start();
  }

  /**
   * Starts a script.
   *
   * @param folder an empty folder for what the run writes
   */
  static ScriptRun start(Path folder, String script, String... arguments) throws IOException {
    // A test run in the background of a shell has SIGINT ignored, and children inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(SCRIPTS.resolve(script).toString());
    command.addAll(Arrays.asList(arguments));
    return new ScriptRun(folder, command);
  }

  /** Waits for the end; returns the exit code. */
  int awaitEnd(Duration patience) {
    await("the end of the script", patience, () -> !process.isAlive());
    return process.exitValue();
  }

  /** Waits until the script has written something like this to standard error. */
  void awaitStderr(Pattern pattern, Duration patience) {
    await(
        "'" + pattern + "' on standard error",
        patience,
        () -> {
          boolean alive = process.isAlive();
          boolean found = pattern.matcher(stderr()).find();
          if (!alive && !found) {
            throw new AssertionError("the script ended early: " + describe());
          }
          return found;
        });
  }

  /** Waits until a condition holds, with an error that shows what the script has said. */
  void await(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      seen.addAll(processes());
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "waited %d s for %s, in vain: %s".formatted(patience.toSeconds(), what, describe()));
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  /** Sends a signal to a process. */
  static void signal(String name, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-s", name, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  long pid() {
    return process.pid();
  }

  String stdout() {
    return read(stdout);
  }

  /** Standard error, with the rewritten progress line as lines. */
  String stderr() {
    return read(stderr).replace('\r', '\n');
  }

  /** Living processes of this run, the script included, whose command line contains the text. */
  List<Long> processes(String text) {
    return processes().stream().filter(pid -> commandLine(pid).contains(text)).toList();
  }

  /** Asserts that no process, temporary file or media driver of this run is left. */
  void assertNothingLeft() throws IOException {
    assertThat(processes()).as("processes left by %s", describe()).isEmpty();
    assertThat(entries(temporary)).as("temporary files").isEmpty();
    assertThat(entries(workingDirectory)).as("files in the working directory").isEmpty();
    assertThat(entries(Path.of("/dev/shm")))
        .as("media drivers")
        .noneMatch(
            name ->
                seen.stream()
                    .anyMatch(pid -> name.matches("sparkstrom-[A-Za-z0-9_]+-" + pid + "-.*")));
  }

  /** What the script has said so far. */
  String describe() {
    String errors = stderr();
    return "standard output: %s%nstandard error: ...%s"
        .formatted(stdout(), errors.substring(Math.max(0, errors.length() - 3000)));
  }

  @Override
  public void close() {
    processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  private List<Long> processes() {
    String mark = "TMPDIR=" + temporary;
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> Arrays.asList(read(proc(pid, "environ")).split("\0", -1)).contains(mark))
        .toList();
  }

  private static String commandLine(long pid) {
    return read(proc(pid, "cmdline")).replace('\0', ' ');
  }

  private static Path proc(long pid, String file) {
    return Path.of("/proc", Long.toString(pid), file);
  }

  /** The content of a file; empty if there is none, or it is another user's. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
