// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.sparkstrom.sharing.round.Aggregation;

/** Runs contestants, each in processes of its own, and ends those that take too long. */
final class ContestRunner {
  private static final String WORKER_MEMORY = "2g";
  private static final long OBSERVE_MS = 250;

  /** Beside training: start, data, warm-up and evaluation. */
  private static final int OVERHEAD_SECONDS = 300;

  private final TrainOptions options;
  private final Path folder;

  /**
   * A runner.
   *
   * @param folder where logs and Spark's files go
   */
  ContestRunner(TrainOptions options, Path folder) {
    this.options = options;
    this.folder = folder;
  }

  /** Runs one contestant; empty if it failed or was ended. Its output is in a log. */
  Optional<ContestResult> run(Contestant contestant, TrainProblem problem)
      throws IOException, InterruptedException {
    Path own = Files.createDirectories(folder.resolve(problem.label() + "-" + contestant.key()));
    JavaProcess java =
        new JavaProcess(System.getProperty("java.class.path"), folder.resolve("javacpp"));
    if (!contestant.usesSpark()) {
      String master = contestant == Contestant.ONE_WORKER ? "local[1]" : "";
      return run(command(contestant, contest(problem, master), java), own, Optional.empty());
    }
    try (SparkCluster cluster =
        new SparkCluster(java, own, SparkContest.EXECUTORS, WORKER_MEMORY)) {
      ProcessBuilder command = command(contestant, contest(problem, cluster.url()), java);
      command.environment().put("SPARK_HOME", own.resolve("home").toString());
      command.environment().put("SPARK_LOCAL_DIRS", own.resolve("local-driver").toString());
      return run(command, own, Optional.of(cluster));
    }
  }

  private Contest contest(TrainProblem problem, String master) {
    return new Contest(
        options.data(), problem, options.seed(), options.limitSeconds(), options.rows(), master);
  }

  private ProcessBuilder command(Contestant contestant, Contest contest, JavaProcess java) {
    return switch (contestant) {
      case DL4J ->
          new JavaProcess(options.stockClassPath(), folder.resolve("javacpp-stock"))
              .command(
                  List.of("-Xmx1g"),
                  "org.sparkstrom.spark.bench.Dl4jContestant",
                  contest.arguments());
      case SPARKSTROM_MEAN, ONE_WORKER ->
          spark(java, SparkstromContestant.class, contest.arguments(), List.of());
      case SPARKSTROM ->
          spark(
              java,
              SparkstromContestant.class,
              contest.arguments(),
              List.of("-D" + SparkstromContestant.AGGREGATION + "=" + Aggregation.SUM));
      case MLLIB -> spark(java, MllibContestant.class, contest.arguments(), List.of());
      case PARAMETER_AVERAGING, SHARED_TRAINING -> {
        List<String> arguments = new ArrayList<>(List.of(contestant.key()));
        arguments.addAll(contest.arguments());
        yield spark(
            java,
            Dl4jMasterContestant.class,
            arguments,
            List.of(
                "-Dspark.serializer=org.apache.spark.serializer.KryoSerializer",
                "-Dspark.kryo.registrator=org.nd4j.kryo.Nd4jRegistrator",
                "-Daeron.publication.unblock.timeout=45s"));
      }
      case PYTORCH, PYTORCH_DDP -> {
        List<String> arguments =
            new ArrayList<>(List.of(options.python(), options.pytorchProgram()));
        arguments.addAll(contest.arguments());
        arguments.add(contestant == Contestant.PYTORCH ? "1" : "2");
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().put("OMP_NUM_THREADS", "1");
        yield builder;
      }
    };
  }

  private static ProcessBuilder spark(
      JavaProcess java, Class<?> mainClass, List<String> arguments, List<String> settings) {
    List<String> options = new ArrayList<>(List.of("-Xmx1g"));
    options.addAll(settings);
    options.add("-Dspark.executor.memory=1g");
    options.add("-Dspark.executor.memoryOverhead=768m");
    options.add("-Dspark.executor.extraClassPath=" + java.classPath());
    options.add(
        "-Dspark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.cachedir="
            + java.cache()
            + " --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"
            + " -Daeron.publication.unblock.timeout=45s");
    options.add("-Dspark.executorEnv.OMP_NUM_THREADS=1");
    ProcessBuilder builder = java.command(options, mainClass.getName(), arguments);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("DL4J_VOID_IP", "127.0.0.1");
    return builder;
  }

  private Optional<ContestResult> run(
      ProcessBuilder command, Path own, Optional<SparkCluster> cluster)
      throws IOException, InterruptedException {
    Path log = own.resolve("contestant.log");
    Process process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    ProcessTree tree = new ProcessTree();
    try {
      long deadlineNs =
          System.nanoTime()
              + TimeUnit.SECONDS.toNanos(options.limitSeconds() + (long) OVERHEAD_SECONDS);
      while (!process.waitFor(OBSERVE_MS, TimeUnit.MILLISECONDS)) {
        List<ProcessHandle> roots = new ArrayList<>(List.of(process.toHandle()));
        cluster.ifPresent(c -> roots.addAll(c.executors()));
        tree.observe(roots);
        if (System.nanoTime() > deadlineNs) {
          return Optional.empty();
        }
      }
    } finally {
      ProcessTree.end(process);
    }
    Optional<ContestResult> result = Optional.empty();
    for (String line : Files.readAllLines(log)) {
      Optional<ContestResult> found = ContestResult.parse(line);
      result = found.isPresent() ? found : result;
    }
    return result.map(found -> found.withPeakMemoryMb(tree.peakMegabytes()));
  }
}
