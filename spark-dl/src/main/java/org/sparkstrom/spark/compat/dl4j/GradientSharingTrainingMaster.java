// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingResult;

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
 * <p>A call of {@code fit} runs {@link TrainingConfig#epochs} epochs, from where the network is.
 * Rows are dealt out anew over workers and batches; the size of the given batches has no meaning.
 * The data is read twice per call, so cache what is costly to compute. Listeners run on the driver:
 * start and end of a call's epoch, and one iteration with the mean loss. Nothing is exported to
 * files, so there are none to delete.
 *
 * <p>Not thread-safe, as the masters of DL4J are not.
 */
public final class GradientSharingTrainingMaster
    implements TrainingMaster<
        org.deeplearning4j.spark.api.TrainingResult,
        TrainingWorker<org.deeplearning4j.spark.api.TrainingResult>> {

  private final TrainingConfig.Builder settings;
  private final long seed;
  private final List<org.sparkstrom.spark.training.TrainingListener> progress;
  private List<TrainingListener> listeners = List.of();
  private FitTimes times;

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
    this.seed = settings.build().seed();
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
    DataSetRows rows = new DataSetRows(initial.signature());
    TrainingResult result =
        new DistributedTrainer(spark.sc(), forEpoch(initial.epoch()), progress)
            .fit(initial, rows.of(SparkSession.builder().getOrCreate(), data), rows.columns());
    network.take(result.snapshot(), lastLoss(result));
    for (TrainingListener listener : listeners) {
      listener.iterationDone(
          network.model(), result.snapshot().iteration(), result.snapshot().epoch());
      listener.onEpochEnd(network.model());
    }
    if (times != null) {
      times.add(start, System.currentTimeMillis() - start);
    }
  }

  /** Each call has an order of rows of its own, which follows from the seed and how far we are. */
  private TrainingConfig forEpoch(int epoch) {
    return settings.seed(seed + epoch).build();
  }

  private static double lastLoss(TrainingResult result) {
    return result.lossPerEpoch().get(result.lossPerEpoch().size() - 1);
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
    return "{\"gradientSharing\":\"%s\"}"
        .formatted(settings.build().toString().replace("\"", "\\\""));
  }

  @Override
  public String toYaml() {
    return "gradientSharing: '%s'".formatted(settings.build().toString().replace("'", "''"));
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
