// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A standalone cluster on 127.0.0.1: a master and workers of one core each, every one a process,
 * from the class path of the tests. Ends all that it has started, executors too.
 */
public final class SparkCluster implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern MEDIA =
      Pattern.compile("/dev/shm/sparkstrom-[A-Za-z0-9_]+-[0-9]+-[0-9a-f]{12}");

  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private final String masterUrl;
  private int workers;

  private SparkCluster(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars"));
    Files.createDirectories(folder.resolve("local"));
    Files.writeString(
        logging(folder),
        """
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m%n
        """);
    this.masterUrl = startMaster();
  }

  /** Starts a cluster with so many workers; all its files lie in the folder. */
  public static SparkCluster start(Path folder, int workers) throws IOException {
    SparkCluster cluster = new SparkCluster(folder);
    try {
      for (int i = 0; i < workers; i++) {
        cluster.addWorker();
      }
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  public String masterUrl() {
    return masterUrl;
  }

  public Path folder() {
    return folder;
  }

  /** The settings of an application on a cluster, in this JVM or another one. */
  public static SparkSession.Builder application(String masterUrl, Path folder) {
    return SparkTests.builder()
        .master(masterUrl)
        .config("spark.executor.cores", "1")
        .config("spark.executor.memory", "600m")
        .config("spark.executor.extraClassPath", classPath())
        .config(
            "spark.executor.extraJavaOptions",
            "-XX:+UseSerialGC -Dlog4j2.configurationFile=" + logging(folder));
  }

  /** One more worker, which is registered when this returns. */
  public void addWorker() throws IOException {
    String name = "worker-" + workers++;
    Process worker =
        startDaemon(
            name,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            folder.resolve("work").toString(),
            masterUrl);
    await(
        name + " to register",
        START,
        () -> {
          requireAlive(worker, name);
          return log(name).contains("Successfully registered with master");
        });
  }

  /** The process of an executor. */
  public ProcessHandle executor(String id) {
    return executors()
        .filter(process -> argumentsOf(process).contains("--executor-id " + id + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("executor " + id + " is no process of " + masterUrl));
  }

  /** The processes of all executors. */
  public Stream<ProcessHandle> executors() {
    return daemons.stream()
        .flatMap(Process::descendants)
        .filter(ProcessHandle::isAlive)
        .filter(process -> argumentsOf(process).contains("CoarseGrainedExecutorBackend"));
  }

  private static String argumentsOf(ProcessHandle process) {
    try { // the class path is longer than what ProcessHandle.Info tells
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  /** What executors have logged, for messages. */
  public String executorLogs() {
    try (Stream<Path> files = Files.walk(folder.resolve("work"))) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(path -> path.endsWith("stderr")).sorted().toList()) {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        all.append(file).append(":\n");
        lines
            .subList(Math.max(0, lines.size() - 30), lines.size())
            .forEach(line -> all.append("  ").append(line).append('\n'));
      }
      return all.toString();
    } catch (IOException | UncheckedIOException e) {
      return "no logs: " + e;
    }
  }

  /** Waits until a condition holds. */
  public static void await(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited " + patience.toSeconds() + " s for " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>();
    daemons.forEach(daemon -> daemon.descendants().forEach(all::add));
    Collections.reverse(daemons);
    daemons.forEach(daemon -> all.add(daemon.toHandle()));
    all.forEach(ProcessHandle::destroyForcibly);
    await(
        "the cluster's processes to end",
        Duration.ofSeconds(20),
        () -> all.stream().noneMatch(ProcessHandle::isAlive));
    removeMediaDirectories();
  }

  /** A killed executor leaves its media driver's files until the next one starts. */
  private void removeMediaDirectories() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        Matcher media = MEDIA.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (media.find()) {
          removeTree(Path.of(media.group()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeTree(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private String startMaster() throws IOException {
    Process master =
        startDaemon(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--webui-port",
            "0");
    try {
      await(
          "the master to start",
          START,
          () -> {
            requireAlive(master, "master");
            return MASTER.matcher(log("master")).find();
          });
    } catch (AssertionError e) {
      close();
      throw e;
    }
    Matcher url = MASTER.matcher(log("master"));
    return url.find() ? url.group(1) : "";
  }

  private Process startDaemon(String name, String... mainAndArguments) throws IOException {
    List<String> command = javaCommand("-Xmx256m", "-Dlog4j2.configurationFile=" + logging(folder));
    command.addAll(Arrays.asList(mainAndArguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_PUBLIC_DNS", "127.0.0.1");
    Process process = builder.start();
    daemons.add(process);
    return process;
  }

  /** The command that starts java with the class path and the module flags of this JVM. */
  public static List<String> javaCommand(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(Arrays.asList(options));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath()));
    return command;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static Path logging(Path folder) {
    return folder.resolve("log4j2.properties");
  }

  private void requireAlive(Process process, String name) {
    if (!process.isAlive()) {
      throw new AssertionError(name + " ended while it started: " + log(name));
    }
  }

  private String log(String name) {
    try {
      return Files.readString(folder.resolve(name + ".log"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
