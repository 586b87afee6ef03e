// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on this machine: a master, and workers with an address each.
 *
 * <p>Each worker is a node of its own to DL4J's SharedTraining, which tells nodes apart by address:
 * 127.0.0.2, 127.0.0.3 and so on. All are processes started here and ended by {@link #close}.
 */
final class SparkCluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final long POLL_MS = 100;
  private static final String LOGGING = "log4j2-daemons.properties";

  /**
   * The daemons tell in their logs when they are ready, whatever the class path says of logging.
   */
  private static final String LOG_TO_CONSOLE =
      """
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      appender.console.type = Console
      appender.console.name = console
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d %p %c{1}: %m%n%ex
      """;

  private final JavaProcess java;
  private final Path folder;
  private final Map<String, Process> daemons = new LinkedHashMap<>();
  private final String url;

  /**
   * Starts master and workers and waits until they are connected.
   *
   * @param folder where they write; an empty folder, which stays the caller's
   */
  SparkCluster(JavaProcess java, Path folder, int workers, String workerMemory)
      throws IOException, InterruptedException {
    this.java = java;
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars"));
    Files.writeString(folder.resolve(LOGGING), LOG_TO_CONSOLE);
    int port = freePort();
    url = "spark://127.0.0.1:" + port;
    try {
      start(
          "127.0.0.1",
          "master",
          "org.apache.spark.deploy.master.Master",
          List.of("--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0"));
      await("master", "Starting Spark master at ");
      for (int i = 0; i < workers; i++) {
        String address = "127.0.0." + (i + 2);
        start(
            address,
            "worker-" + i,
            "org.apache.spark.deploy.worker.Worker",
            List.of(
                "--host",
                address,
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                workerMemory,
                "--work-dir",
                folder.resolve("work-" + i).toString(),
                url));
      }
      for (int i = 0; i < workers; i++) {
        await("worker-" + i, "Successfully registered with master ");
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The master's URL. */
  String url() {
    return url;
  }

  /** The processes of executors at this moment. */
  List<ProcessHandle> executors() {
    return daemons.values().stream().flatMap(daemon -> daemon.toHandle().children()).toList();
  }

  private void start(String address, String name, String mainClass, List<String> arguments)
      throws IOException {
    ProcessBuilder builder =
        java.command(
            List.of("-Xmx256m", "-Dlog4j2.configurationFile=" + folder.resolve(LOGGING)),
            mainClass,
            arguments);
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_LOCAL_IP", address);
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local-" + name).toString());
    builder.environment().put("DL4J_VOID_IP", address);
    builder.redirectErrorStream(true).redirectOutput(log(name).toFile());
    daemons.put(name, builder.start());
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private void await(String name, String text) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + START_LIMIT.toNanos();
    while (!contains(log(name), text)) {
      boolean ended = daemons.get(name).waitFor(POLL_MS, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() > deadlineNs) {
        throw new IOException(
            "Spark's %s must log '%s' within %s, but has %s; see %s"
                .formatted(name, text, START_LIMIT, ended ? "ended" : "not", log(name)));
      }
    }
  }

  private static boolean contains(Path log, String text) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.anyMatch(line -> line.contains(text));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    daemons.values().forEach(ProcessTree::end);
  }
}
