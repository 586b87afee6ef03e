// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.ResumePolicy;
import org.sparkstrom.spark.export.FitExports;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.FitCare;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingResult;
import org.sparkstrom.spark.training.history.FitRecorder;
import org.sparkstrom.spark.webui.TrainingTab;

/**
 * Trains the network of a {@code SparkDl4jMultiLayer} or {@code SparkComputationGraph} with this
 * project's {@link DistributedTrainer}, in place of DL4J's own training masters.
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master = new GradientSharingTrainingMaster(
 *     TrainingConfig.builder().batchSize(64).epochs(1));
 * SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(sc, configuration, master);
 * network.fit(trainingData);
 * }</pre>
 *
 * <p>A call of {@code fit} runs {@link TrainingConfig#epochs} epochs, from where the network is; so
 * does the next one, whose rows come in an order of their own, which follows from the seed and the
 * epochs that the network has been trained. With checkpoints, the calls for one network are one fit
 * that is given more epochs with each: ten calls of one epoch equal one of ten bit by bit in step
 * ({@code SYNC}), and a program that was killed repeats its calls, of which those do nothing that
 * the newest checkpoint has behind it.
 *
 * <p>Rows are dealt out anew over workers and batches; the size of the given batches has no
 * meaning. The data is read twice per call, so cache what is costly to compute. Listeners run on
 * the driver: start and end of a call's epoch, and one iteration with the mean loss. Nothing is
 * exported to files, so there are none to delete.
 *
 * <p>Not thread-safe, as the masters of DL4J are not.
 */
public final class GradientSharingTrainingMaster
    implements TrainingMaster<
        org.deeplearning4j.spark.api.TrainingResult,
        TrainingWorker<org.deeplearning4j.spark.api.TrainingResult>> {

  private final TrainingConfig.Builder settings;
  private final TrainingConfig config;
  private final List<org.sparkstrom.spark.training.TrainingListener> progress;
  private List<TrainingListener> listeners = List.of();
  private FitTimes times;
  private Optional<Asked> asked = Optional.empty();

  /** A master that trains with these settings, which become its own. */
  public GradientSharingTrainingMaster(TrainingConfig.Builder settings) {
    this(settings, List.of());
  }

  /**
   * A master that trains with these settings, which become its own.
   *
   * @param progress told how fits go on, on the driver
   * @throws IllegalArgumentException if the settings do not go together
   */
  public GradientSharingTrainingMaster(
      TrainingConfig.Builder settings,
      List<org.sparkstrom.spark.training.TrainingListener> progress) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.config = settings.build();
    this.progress = List.copyOf(progress);
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer spark, JavaRDD<DataSet> data) {
    train(spark.getSparkContext(), DriverNetwork.of(spark), data.map(DataSet::toMultiDataSet));
  }

  @Override
  public void executeTraining(SparkComputationGraph spark, JavaRDD<DataSet> data) {
    train(spark.getSparkContext(), DriverNetwork.of(spark), data.map(DataSet::toMultiDataSet));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph spark, JavaRDD<MultiDataSet> data) {
    train(spark.getSparkContext(), DriverNetwork.of(spark), data);
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    JavaSparkContext spark = network == null ? graph.getSparkContext() : network.getSparkContext();
    BatchFiles files = new BatchFiles(spark.hadoopConfiguration());
    train(
        spark,
        network == null ? DriverNetwork.of(graph) : DriverNetwork.of(network),
        loader == null
            ? files.load(paths, multiLoader)
            : files.load(paths, loader).map(DataSet::toMultiDataSet));
  }

  private void train(JavaSparkContext spark, DriverNetwork network, JavaRDD<MultiDataSet> data) {
    long start = System.currentTimeMillis();
    listeners.forEach(listener -> listener.onEpochStart(network.model()));
    NetworkSnapshot initial = network.snapshot();
    Optional<Asked> before = asked.filter(a -> a.isOf(network.model(), initial.epoch()));
    int epochs = config.epochs() - before.map(a -> epochsAhead(a, initial.epoch())).orElse(0);
    NetworkSnapshot fitted = initial;
    if (epochs > 0) {
      DataSetRows rows = new DataSetRows(initial.signature());
      FitRecorder recorder = new FitRecorder(network.model().getClass().getSimpleName());
      List<org.sparkstrom.spark.training.TrainingListener> followers = new ArrayList<>(progress);
      followers.add(0, recorder);
      followers.addAll(FitExports.of(spark.sc()));
      DistributedTrainer trainer =
          new DistributedTrainer(spark.sc(), forCall(before.isPresent(), epochs), followers);
      Dataset<Row> frame = rows.of(SparkSession.builder().getOrCreate(), data);
      TrainingTab.show(spark.sc(), recorder); // a setting that makes no sense leaves no fit behind
      TrainingResult result = trainer.fit(initial, frame, rows.columns());
      fitted = result.snapshot();
      network.take(fitted, lastLoss(result, network.model()));
    } else {
      network.take(initial, network.model().score());
    }
    asked = Optional.of(new Asked(network.model(), fitted.epoch(), initial.epoch() + epochs));
    for (TrainingListener listener : listeners) {
      listener.iterationDone(network.model(), fitted.iteration(), fitted.epoch());
      listener.onEpochEnd(network.model());
    }
    if (times != null) {
      times.add(start, System.currentTimeMillis() - start);
    }
  }

  /**
   * Epochs of this call that are there already, since the last one went on from a checkpoint that
   * was further. Fewer than none if the last one's best epoch was not its last, and checkpoints let
   * this one go on from the last.
   */
  private int epochsAhead(Asked before, int epoch) {
    int ahead = epoch - before.lastEpoch();
    return config.care().checkpoints().isOn() ? ahead : Math.max(0, ahead);
  }

  /** Checkpoints of earlier calls for the network are those of the same fit. */
  private TrainingConfig forCall(boolean goesOn, int epochs) {
    FitCare care = config.care();
    CheckpointConfig checkpoints = care.checkpoints();
    boolean resumes = goesOn && checkpoints.isOn() && checkpoints.resume() == ResumePolicy.NEVER;
    return settings
        .epochs(epochs)
        .care(resumes ? care.with(checkpoints.withResume(ResumePolicy.LATEST)) : care)
        .build();
  }

  /** The network's own if nothing was trained. */
  private static double lastLoss(TrainingResult result, Model network) {
    List<Double> losses = result.lossPerEpoch();
    return losses.isEmpty() ? network.score() : losses.get(losses.size() - 1);
  }

  /**
   * What the calls for a network have asked for so far.
   *
   * @param network the network; compared as an object
   * @param epoch epochs that it had been trained when the last call ended
   * @param lastEpoch epochs that the calls have asked for, which are fewer if a call went on from a
   *     checkpoint that was further
   */
  private record Asked(Model network, int epoch, int lastEpoch) {
    boolean isOf(Model other, int atEpoch) {
      return network == other && epoch == atEpoch;
    }
  }

  @Override
  public void setListeners(Collection<TrainingListener> listeners) {
    this.listeners = listeners == null ? List.of() : List.copyOf(listeners);
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    setListeners(listeners);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    times = collect ? new FitTimes() : null;
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return times != null;
  }

  /** When fits began and how long they took; null, as DL4J has it, if that is not collected. */
  @Override
  public SparkTrainingStats getTrainingStats() {
    return times;
  }

  /** There are no files to delete. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** There are no files to delete. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  @Override
  public String toJson() {
    return "{\"gradientSharing\":\"%s\"}".formatted(config.toString().replace("\"", "\\\""));
  }

  @Override
  public String toYaml() {
    return "gradientSharing: '%s'".formatted(config.toString().replace("'", "''"));
  }

  @Override
  public void addHook(TrainingHook hook) {
    throw noHooks();
  }

  @Override
  public void removeHook(TrainingHook hook) {
    throw noHooks();
  }

  private static UnsupportedOperationException noHooks() {
    return new UnsupportedOperationException(
        "hooks run around each update inside DL4J's workers, which this master does not use; use the listeners of this master");
  }

  @Override
  public TrainingWorker<org.deeplearning4j.spark.api.TrainingResult> getWorkerInstance(
      SparkDl4jMultiLayer network) {
    throw noWorker();
  }

  @Override
  public TrainingWorker<org.deeplearning4j.spark.api.TrainingResult> getWorkerInstance(
      SparkComputationGraph network) {
    throw noWorker();
  }

  private static UnsupportedOperationException noWorker() {
    return new UnsupportedOperationException(
        "this master trains in a Spark stage of its own and has no TrainingWorker");
  }
}
