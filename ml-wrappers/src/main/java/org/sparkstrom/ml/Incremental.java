// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network or a linear classifier on one batch of rows after the other, such as the
 * micro-batches of a stream:
 *
 * <pre>{@code
 * Incremental<NetworkClassificationModel> training = Incremental.of(classifier, "hdfs:///models/digits");
 * stream.writeStream().foreachBatch(training).option("checkpointLocation", ...).start();
 * }</pre>
 *
 * <p>Each batch trains the network of the one before for {@code maxIter} epochs, with the state of
 * its updater, or the linear classifier of the one before, and the model is saved in the folder
 * with the number of the batch. A query that starts again goes on with the newest; a batch that
 * Spark repeats after a failure, and whose model is there, is not trained on twice. The number of
 * classes is that of the network's outputs, so it is known before the first batch, whatever classes
 * that has. One query at a time may use a folder. Thread-safe.
 *
 * @param <M> the model
 */
public final class Incremental<M extends MLWritable> implements VoidFunction2<Dataset<Row>, Long> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(Incremental.class);
  private static final Pattern NAME = Pattern.compile("model-(\\d+)-batch(-?\\d+)");
  private static final String PART = ".part-";
  private static final long NO_BATCH = -1;
  private static final int KEPT = 2;

  /**
   * A model in the folder.
   *
   * @param count how many models there were up to it
   * @param batch the last micro-batch of a stream that it was trained on; -1 for none
   */
  private record Saved(long count, long batch) {
    String name() {
      return "model-" + count + "-batch" + batch;
    }
  }

  private final transient BiFunction<Dataset<Row>, Optional<M>, M> step;
  private final transient Function<String, M> loader;
  private final String folder;

  private Incremental(
      BiFunction<Dataset<Row>, Optional<M>, M> step, Function<String, M> loader, String folder) {
    this.step = step;
    this.loader = loader;
    this.folder = Objects.requireNonNull(folder, "folder");
  }

  /**
   * Training of a classifier.
   *
   * @param classifier fits the first batch; its layers or configuration tell the classes
   * @param folder for the models, on any Hadoop file system
   * @throws IllegalArgumentException if the classifier writes checkpoints, or is to find the labels
   *     of its classes itself, since those would be the labels of the first batch alone
   */
  public static Incremental<NetworkClassificationModel> of(
      NetworkClassifier classifier, String folder) {
    requireLabels(classifier);
    NetworkClassifier first = withoutCheckpoints(classifier).copy(ParamMap.empty());
    return new Incremental<>(
        (batch, last) ->
            last.map(model -> further(first).setInitialModel(model)).orElse(first).fit(batch),
        NetworkClassificationModel::load,
        folder);
  }

  /**
   * Training of a regressor.
   *
   * @param regressor fits the first batch
   * @param folder for the models, on any Hadoop file system
   */
  public static Incremental<NetworkRegressionModel> of(NetworkRegressor regressor, String folder) {
    NetworkRegressor first = withoutCheckpoints(regressor).copy(ParamMap.empty());
    return new Incremental<>(
        (batch, last) ->
            last.map(model -> further(first).setInitialModel(model)).orElse(first).fit(batch),
        NetworkRegressionModel::load,
        folder);
  }

  /**
   * Training of any other network.
   *
   * @param estimator fits the first batch
   * @param folder for the models, on any Hadoop file system
   */
  public static Incremental<NetworkModel> of(NetworkEstimator estimator, String folder) {
    NetworkEstimator first = withoutCheckpoints(estimator).copy(ParamMap.empty());
    return new Incremental<>(
        (batch, last) ->
            last.map(model -> further(first).setInitialModel(model)).orElse(first).fit(batch),
        NetworkModel::load,
        folder);
  }

  /**
   * Training of a linear classifier.
   *
   * @param classifier fits the first batch; its classCount tells the classes
   * @param folder for the models, on any Hadoop file system
   */
  public static Incremental<AveragedLinearModel> of(AveragedLinear classifier, String folder) {
    if (classifier.getClassCount() == 0) {
      throw new IllegalArgumentException(
          "%s must have a classCount where a batch need not have all classes, but has none; set it"
              .formatted(classifier.uid()));
    }
    AveragedLinear first = classifier.copy(ParamMap.empty());
    return new Incremental<>(
        (batch, last) ->
            last.map(model -> first.copy(ParamMap.empty()).setInitialModel(model))
                .orElse(first)
                .fit(batch),
        AveragedLinearModel::load,
        folder);
  }

  private static void requireLabels(NetworkClassifier classifier) {
    if (StringLabels.isIndexing(classifier) && classifier.knownLabels().isEmpty()) {
      throw new IllegalArgumentException(
          classifier.uid()
              + " must have labels where it indexes strings batch after batch, as the first batch"
              + " may lack some, but has none; set labels to those of all classes");
    }
  }

  private static <S extends NetworkSetters<S>> S withoutCheckpoints(S estimator) {
    if (!estimator.getCheckpointDir().isEmpty()) {
      throw new IllegalArgumentException(
          estimator.uid()
              + " must have no checkpointDir where each batch is a fit of its own, but has '"
              + estimator.getCheckpointDir()
              + "'; clear it");
    }
    return estimator;
  }

  /** The estimator without what an initial model brings. */
  @SuppressWarnings("unchecked") // copy gives the stage's own class
  private static <S extends NetworkSetters<S>> S further(S first) {
    S further = (S) first.copy(ParamMap.empty());
    for (String name : List.of("configuration", "layers", "learningRate")) {
      if (further.hasParam(name)) {
        further.clear(further.getParam(name));
      }
    }
    return further;
  }

  /**
   * Trains on a micro-batch, unless it was trained on before; for {@code foreachBatch}. A query
   * with a new checkpointLocation, for which Spark counts from 0 again, needs a new folder.
   */
  @Override
  public synchronized void call(Dataset<Row> batch, Long number) {
    Optional<Saved> newest = newest();
    if (newest.isPresent() && number <= newest.get().batch()) {
      LOG.warn(
          "batch {} is left out, as '{}' has the model of batch {}: right where Spark repeats a"
              + " batch; a query with a new checkpointLocation needs a new folder",
          number,
          folder,
          newest.get().batch());
    } else if (!batch.isEmpty()) {
      train(batch, newest, number);
    }
  }

  /** Trains on a batch of rows that is of no stream, and gives the model that it comes to. */
  public synchronized M partialFit(Dataset<Row> batch) {
    Optional<Saved> newest = newest();
    return train(batch, newest, newest.map(Saved::batch).orElse(NO_BATCH));
  }

  /** The newest model; empty before the first batch. */
  public synchronized Optional<M> model() {
    return newest().map(this::load);
  }

  private M load(Saved saved) {
    return loader.apply(new Path(folder, saved.name()).toString());
  }

  private M train(Dataset<Row> batch, Optional<Saved> newest, long number) {
    M model = step.apply(batch, newest.map(this::load));
    save(model, new Saved(newest.map(Saved::count).orElse(0L) + 1, number));
    return model;
  }

  private void save(M model, Saved saved) {
    Path part = new Path(folder, PART + UUID.randomUUID());
    try {
      FileSystem files = files();
      // Of saves that broke off: one query at a time may use the folder
      for (FileStatus left : files.globStatus(new Path(folder, PART + "*"))) {
        files.delete(left.getPath(), true);
      }
      model.write().save(part.toString());
      if (!files.rename(part, new Path(folder, saved.name()))) {
        throw new IOException("the file system does not rename " + part);
      }
      List<Saved> all = saved();
      for (Saved old : all.subList(0, Math.max(0, all.size() - KEPT))) {
        files.delete(new Path(folder, old.name()), true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save " + saved.name() + " in '" + folder + "'", e);
    }
  }

  private Optional<Saved> newest() {
    try {
      List<Saved> all = saved();
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the models in '" + folder + "'", e);
    }
  }

  /** The models in the folder, the newest last. */
  private List<Saved> saved() throws IOException {
    Path root = new Path(folder);
    List<Saved> all = new ArrayList<>();
    if (files().exists(root)) {
      for (FileStatus status : files().listStatus(root)) {
        Matcher name = NAME.matcher(status.getPath().getName());
        if (name.matches()) {
          all.add(new Saved(Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
        }
      }
    }
    all.sort(Comparator.comparing(Saved::count));
    return all;
  }

  private FileSystem files() throws IOException {
    return new Path(folder)
        .getFileSystem(SparkSession.active().sparkContext().hadoopConfiguration());
  }
}
