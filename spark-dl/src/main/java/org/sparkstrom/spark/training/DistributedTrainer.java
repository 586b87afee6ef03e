// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.CoordinatorConfig;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.spark.cluster.Slots;
import org.sparkstrom.spark.cluster.SparkInternals;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.PackedRows;
import org.sparkstrom.spark.data.StoreMemory;
import org.sparkstrom.spark.data.TrainingData;
import org.sparkstrom.spark.data.ValidationSplit;
import org.sparkstrom.spark.evaluation.BatchFigures;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Trains a network on the executors of a Spark application.
 *
 * <p>A fit is one ordinary Spark stage of W tasks, after one that packs the rows. Each reads its
 * share, joins the fit's coordinator on the driver, and trains a replica; the replicas share their
 * updates in rounds and stay equal bit by bit. The loss of workers is survived while enough are
 * left, and Spark starts them again ({@link TrainingConfig#minWorkers}). {@link #fit} blocks until
 * the fit has ended; it never waits without a deadline for a worker that is gone.
 *
 * <p>Thread-safe: several fits may run at once, each with its own coordinator, secret and stage.
 */
public final class DistributedTrainer {

  private static final Logger LOG = LoggerFactory.getLogger(DistributedTrainer.class);
  private static final String LOST_RESULT =
      "all workers have completed the fit, but those that return the network were lost on the way "
          + "to the driver. Fit again";
  private static final Duration LIVENESS_TIMEOUT = Duration.ofSeconds(15);

  private final JavaSparkContext spark;
  private final TrainingConfig config;
  private final TrainingListeners listeners;
  private final List<org.deeplearning4j.optimize.api.TrainingListener> networkListeners;
  private final List<String> labels;

  /**
   * A trainer; starts nothing yet.
   *
   * @param listeners told of what happens by the thread that calls {@link #fit}
   */
  public DistributedTrainer(
      SparkContext spark, TrainingConfig config, List<TrainingListener> listeners) {
    this(
        new JavaSparkContext(Objects.requireNonNull(spark, "spark")),
        Objects.requireNonNull(config, "config"),
        new TrainingListeners(listeners),
        List.of(),
        List.of());
  }

  private DistributedTrainer(
      JavaSparkContext spark,
      TrainingConfig config,
      TrainingListeners listeners,
      List<org.deeplearning4j.optimize.api.TrainingListener> networkListeners,
      List<String> labels) {
    this.spark = spark;
    this.config = config;
    this.listeners = listeners;
    this.networkListeners = List.copyOf(networkListeners);
    this.labels = List.copyOf(labels);
  }

  /**
   * The same with listeners of DL4J. They run on an executor, beside the replica of the lowest
   * rank, and hear of its network what they would hear in local training; if its worker is lost,
   * fresh copies go on beside the next one. An exception of theirs ends the fit.
   *
   * @throws IllegalArgumentException if one cannot be serialized
   */
  public DistributedTrainer withNetworkListeners(
      List<org.deeplearning4j.optimize.api.TrainingListener> added) {
    added.forEach(DistributedTrainer::requireSerializable);
    return new DistributedTrainer(spark, config, listeners, added, labels);
  }

  /**
   * The same for data whose class indices stand for these labels. A fit resumes only from a
   * checkpoint of the same labels in the same order; the trainer does nothing else with them.
   */
  public DistributedTrainer withLabels(List<String> ofClasses) {
    return new DistributedTrainer(spark, config, listeners, networkListeners, ofClasses);
  }

  private static void requireSerializable(
      org.deeplearning4j.optimize.api.TrainingListener listener) {
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(listener);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a listener of DL4J must be serializable to reach its executor, but %s is not: %s. Make it and its fields Serializable, or transient"
              .formatted(listener.getClass().getName(), e),
          e);
    }
  }

  /**
   * Trains a classifier from a snapshot on.
   *
   * @throws IllegalArgumentException if the data does not fit the network or the columns, or the
   *     cluster has fewer slots than workers; before training starts
   * @throws TrainingException if a worker fails or is lost; names it
   */
  public TrainingResult fit(NetworkSnapshot initial, Dataset<?> data, ColumnBinding columns) {
    TrainingResult result;
    try {
      result = checkAndTrain(initial, data, columns);
    } catch (Throwable e) { // Spark throws checked exceptions too, and does not declare them
      listeners.tellFailure(e);
      throw e;
    }
    listeners.tellCompletion(result);
    return result;
  }

  private TrainingResult checkAndTrain(
      NetworkSnapshot initial, Dataset<?> data, ColumnBinding columns) {
    refuseSpeculation();
    TransportSettings transport = TransportSettings.read(conf());
    NetworkChecks.requireShareable(initial);
    NetworkChecks.requireResultFits(initial, conf());
    StoreMemory.requireRoom(conf(), config.storeMemoryBytes());
    requireFigure(initial);
    TrainingData rows = survey(data, columns, initial);
    if (rows.skippedRowCount() > 0) {
      LOG.warn(
          "{} of {} rows are skipped as invalid",
          rows.skippedRowCount(),
          rows.skippedRowCount() + rows.usedRowCount() + rows.validationRowCount());
    }
    requireValidation(rows.validationRowCount());
    try (Slots slots = Slots.reserve(spark.sc(), demand())) {
      if (SparkInternals.runsInDriver(spark.sc())) {
        transport.requirePorts(slots.workers());
      }
      MemoryChecks.requireFits(
          spark.sc(), initial, config, slots.workers(), rows.bytesPerWorker(slots.workers()));
      return train(initial, rows, slots.workers(), transport);
    }
  }

  private Slots.Demand demand() {
    int workers = config.workers();
    return new Slots.Demand(
        workers, workers == 0 ? 1 : config.minWorkers(workers), config.rendezvousTimeout());
  }

  private TrainingData survey(Dataset<?> data, ColumnBinding columns, NetworkSnapshot network) {
    double fraction = config.care().validationFraction();
    if (fraction == 0) {
      return TrainingData.survey(
          data, columns, network.signature(), config.classWeights(), config.handleInvalid());
    }
    ValidationSplit split = ValidationSplit.of(data, columns, fraction, config.seed());
    return TrainingData.survey(
        split.data(),
        split.columns(),
        network.signature(),
        config.classWeights(),
        config.handleInvalid());
  }

  /** Early stopping watches a figure that the network has. */
  private void requireFigure(NetworkSnapshot network) {
    EarlyStopping stopping = config.care().earlyStopping();
    List<String> figures = BatchFigures.names(network.signature().outputs());
    if (stopping.isOn() && !figures.contains(stopping.metric())) {
      throw new IllegalArgumentException(
          "early stopping must watch one of the figures %s of this network, but watches '%s'"
              .formatted(figures, stopping.metric()));
    }
  }

  /** Early stopping needs rows to measure on. */
  private void requireValidation(long rows) {
    if (config.care().earlyStopping().isOn() && rows == 0) {
      throw new IllegalArgumentException(
          "early stopping needs rows for validation, but there are none; name a validationIndicator"
              + " column, or set validationFraction");
    }
  }

  private SparkConf conf() {
    return spark.getConf();
  }

  private void refuseSpeculation() {
    if (conf().getBoolean("spark.speculation", false)) {
      throw new IllegalArgumentException(
          "spark.speculation must be false while a network is trained, but is true: a second copy "
              + "of a running worker would be one worker too many. Set it to false for this "
              + "application.");
    }
  }

  private TrainingResult train(
      NetworkSnapshot given, TrainingData rows, int workers, TransportSettings transport) {
    SecureRandom random = new SecureRandom();
    long sessionId = random.nextLong();
    FitSecret secret = FitSecret.random(random);
    TrainingPlace begin = start(given, rows.rowsPerWorker(workers));
    int lastEpoch = given.epoch() + Math.min(config.epochs(), Integer.MAX_VALUE - given.epoch());
    Optional<CheckpointKeeper> checkpoints =
        CheckpointKeeper.of(
            config.care().checkpoints(),
            spark.hadoopConfiguration(),
            given,
            CheckpointKeeper.facts(
                given, config, workers, rows.usedRowCount(), begin.roundsPerEpoch(), labels),
            sessionId);
    FitStart start = FitStart.of(given, begin, checkpoints);
    FitDecisions decisions = new FitDecisions(config.care(), start.place(), start.history());
    FitContext.Membership membership =
        new FitContext.Membership(
            workers, config.minWorkers(workers), NetworkChecks.resultCopies(given, conf()));
    tellStart(start, rows, workers);
    Broadcast<NetworkSnapshot> broadcast = spark.broadcast(start.network());
    long startNs = System.nanoTime();
    try (PackedRows packed = pack(rows.balance(workers));
        Coordinator coordinator =
            Coordinator.open(coordinatorConfig(sessionId, secret, membership), decisions)) {
      FitContext fit =
          new FitContext(
              sessionId,
              secret,
              coordinator.address(),
              broadcast,
              new FitContext.Rows(packed.reader(), rows.format(), rows.rowsPerWorker(workers)),
              start.place(),
              lastEpoch,
              membership,
              transport,
              care(start, rows, decisions),
              config);
      FitMonitor monitor =
          new FitMonitor(
              coordinator, decisions, checkpoints, listeners, lastEpoch, given.parameters().length);
      AttendanceLog attendance = new AttendanceLog(coordinator, membership, conf());
      List<WorkerResult> results =
          new TrainingStage(spark, fit, coordinator, attendance).run(monitor::turn);
      monitor.finish();
      return summarize(
          results,
          Attendance.of(coordinator.membership()),
          (System.nanoTime() - startNs) * 1e-9,
          decisions);
    } finally {
      broadcast.destroy();
      checkpoints.ifPresent(CheckpointKeeper::close);
    }
  }

  private PackedRows pack(JavaRDD<byte[]> balanced) {
    boolean alone = SparkInternals.runsInDriver(spark.sc());
    boolean others =
        SparkInternals.executors(spark.sc()) > 1 || SparkInternals.allocatesDynamically(spark.sc());
    try {
      return PackedRows.store(
          balanced, others && !alone ? PackedRows.Copies.TWO : PackedRows.Copies.ONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("the thread that called fit was interrupted", e);
    } catch (ExecutionException e) {
      throw new TrainingException(
          "the rows could not be packed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private void tellStart(FitStart start, TrainingData rows, int workers) {
    listeners.tell(
        new TrainingEvent.Started(
            workers,
            rows.usedRowCount(),
            rows.validationRowCount(),
            start.network().parameters().length,
            start.resumedFrom()));
  }

  private CareContext care(FitStart start, TrainingData rows, FitDecisions decisions) {
    return new CareContext(
        start.point(),
        new SerializableConfiguration(spark.hadoopConfiguration()),
        networkListeners,
        rows.validationRowCount(),
        decisions.hasEnded());
  }

  private TrainingPlace start(NetworkSnapshot initial, long rowsPerEpoch) {
    long rounds = (rowsPerEpoch + config.batchSize() - 1) / config.batchSize();
    return TrainingPlace.between(initial.iteration(), initial.epoch(), rounds, config.seed());
  }

  private CoordinatorConfig coordinatorConfig(
      long sessionId, FitSecret secret, FitContext.Membership membership) {
    String advertised = conf().get("spark.driver.host");
    return new CoordinatorConfig(
        sessionId,
        secret,
        conf().get("spark.driver.bindAddress", advertised),
        advertised,
        0,
        membership.workers(),
        membership.minWorkers(),
        config.rendezvousTimeout(),
        LIVENESS_TIMEOUT,
        config.roundTimeout());
  }

  private static TrainingResult summarize(
      List<WorkerResult> byRank, Attendance attendance, double seconds, FitDecisions decisions) {
    if (byRank.isEmpty()) {
      throw new TrainingException(LOST_RESULT);
    }
    requireEqualReplicas(byRank);
    WorkerResult first = byRank.get(0);
    return new TrainingResult(
        byRank.stream()
            .flatMap(result -> result.snapshot().stream())
            .findFirst()
            .orElseThrow(() -> new TrainingException(LOST_RESULT)),
        first.parametersSha256(),
        byRank.size(),
        (int) byRank.stream().map(WorkerResult::jvm).distinct().count(),
        first.rounds(),
        byRank.stream().mapToLong(WorkerResult::rows).sum(),
        byRank.stream().mapToLong(WorkerResult::bytesSent).sum(),
        byRank.stream().mapToLong(WorkerResult::denseBytes).sum(),
        seconds,
        decisions.history(),
        attendance,
        decisions.modeChoices());
  }

  private static void requireEqualReplicas(List<WorkerResult> results) {
    if (results.stream().map(WorkerResult::parametersSha256).distinct().count() > 1) {
      throw new TrainingException(
          "all replicas must be equal at the end, but their parameters differ: "
              + results.stream()
                  .map(r -> "worker " + r.rank() + " (JVM " + r.jvm() + ") " + r.parametersSha256())
                  .collect(Collectors.joining(", "))
              + ". Do all executors have the same CPU type, JDK and jars?");
    }
  }
}
