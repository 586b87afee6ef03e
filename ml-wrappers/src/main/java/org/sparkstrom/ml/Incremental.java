// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network on one batch of rows after the other, such as the micro-batches of a stream:
 *
 * <pre>{@code
 * Incremental<NetworkClassificationModel> training = Incremental.of(classifier, "hdfs:///models/digits");
 * stream.writeStream().foreachBatch(training).option("checkpointLocation", ...).start();
 * }</pre>
 *
 * <p>Each batch trains the network of the one before for {@code maxIter} epochs, with the state of
 * its updater, and the model is saved in the folder under the number of the batch. A query that
 * starts again goes on with the newest; a batch that Spark repeats after a failure, and whose model
 * is there, is not trained on twice. The number of classes is that of the network's outputs, so it
 * is known before the first batch, whatever classes that has. One query at a time may use a folder.
 * Thread-safe.
 *
 * @param <M> the model
 */
public final class Incremental<M extends MLWritable> implements VoidFunction2<Dataset<Row>, Long> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(Incremental.class);
  private static final String PREFIX = "batch-";
  private static final int KEPT = 2;

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
   */
  public static Incremental<NetworkClassificationModel> of(
      NetworkClassifier classifier, String folder) {
    NetworkClassifier first = classifier.copy(ParamMap.empty());
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
    NetworkRegressor first = regressor.copy(ParamMap.empty());
    return new Incremental<>(
        (batch, last) ->
            last.map(model -> further(first).setInitialModel(model)).orElse(first).fit(batch),
        NetworkRegressionModel::load,
        folder);
  }

  /** The estimator without what an initial model brings. */
  @SuppressWarnings("unchecked") // copy gives the stage's own class
  private static <S extends NetworkSetters<S>> S further(S first) {
    S further = (S) first.copy(ParamMap.empty());
    for (Param<?> param :
        List.of(further.configuration(), further.layers(), further.learningRate())) {
      further.clear(param);
    }
    return further;
  }

  /** Trains on a micro-batch, unless it was trained on before; for {@code foreachBatch}. */
  @Override
  public synchronized void call(Dataset<Row> batch, Long number) {
    long newest = newest().orElse(-1L);
    if (number <= newest) {
      LOG.info("batch {} was trained on before; the newest model is of {}", number, newest);
    } else if (!batch.isEmpty()) {
      train(batch, number);
    }
  }

  /** Trains on a batch of rows, and gives the model that it comes to. */
  public synchronized M partialFit(Dataset<Row> batch) {
    return train(batch, newest().orElse(-1L) + 1);
  }

  /** The newest model; empty before the first batch. */
  public synchronized Optional<M> model() {
    return newest().map(number -> loader.apply(path(number).toString()));
  }

  private M train(Dataset<Row> batch, long number) {
    M model = step.apply(batch, model());
    save(model, number);
    return model;
  }

  private void save(M model, long number) {
    Path whole = path(number);
    Path part = new Path(folder, ".part-" + UUID.randomUUID());
    try {
      FileSystem files = files();
      model.write().save(part.toString());
      if (!files.rename(part, whole)) {
        throw new IOException("the file system does not rename " + part);
      }
      List<Long> numbers = numbers();
      for (long old : numbers.subList(0, Math.max(0, numbers.size() - KEPT))) {
        files.delete(path(old), true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot save the model of batch " + number + " to " + whole, e);
    }
  }

  private Optional<Long> newest() {
    try {
      List<Long> numbers = numbers();
      return numbers.isEmpty() ? Optional.empty() : Optional.of(numbers.get(numbers.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the models in '" + folder + "'", e);
    }
  }

  private List<Long> numbers() throws IOException {
    Path root = new Path(folder);
    List<Long> numbers = new ArrayList<>();
    if (files().exists(root)) {
      for (FileStatus status : files().listStatus(root)) {
        String name = status.getPath().getName();
        if (name.startsWith(PREFIX)) {
          numbers.add(Long.parseLong(name.substring(PREFIX.length())));
        }
      }
    }
    numbers.sort(null);
    return numbers;
  }

  private FileSystem files() throws IOException {
    return new Path(folder)
        .getFileSystem(SparkSession.active().sparkContext().hadoopConfiguration());
  }

  private Path path(long number) {
    return new Path(folder, PREFIX + number);
  }
}
