// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.ConsoleProgress;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.TrainingException;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingResult;

/**
 * Trains a neural network that classifies, on the executors of the Spark application: each worker
 * trains a replica on its share of the rows, and the replicas share their updates.
 *
 * <p>The network is given by {@code configuration}, a DL4J configuration with a softmax output
 * layer, or by {@code layers}, the sizes of a plain network as MLlib's perceptron has them. The
 * number of classes is the number of its outputs; labels are 0-based indices. The features may be a
 * vector, an array of numbers or one number.
 *
 * <p>{@code maxIter} counts passes over the data, as it does for MLlib's estimators, and all of
 * them are made; DL4J's own word iteration is one update.
 */
public final class NetworkClassifier
    extends ProbabilisticClassifier<Vector, NetworkClassifier, NetworkClassificationModel>
    implements NetworkParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NetworkParamSet paramSet;
  private transient List<TrainingListener> listeners = List.of();

  /** A classifier with a random uid. */
  public NetworkClassifier() {
    this(SparkMlInternals.randomUid("networkClassifier"));
  }

  /** A classifier with this uid. */
  public NetworkClassifier(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new NetworkParamSet(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public NetworkParamSet paramSet() {
    return paramSet;
  }

  /**
   * Sets the network as the JSON of a DL4J configuration.
   *
   * @throws IllegalArgumentException if DL4J cannot read it
   */
  public NetworkClassifier setConfiguration(String json) {
    set(configuration(), json);
    return this;
  }

  /** Sets the network by its DL4J configuration. */
  public NetworkClassifier setConfiguration(MultiLayerConfiguration network) {
    return setConfiguration(network.toJson());
  }

  /** Sets the sizes of a plain network: features, hidden layers, classes. */
  public NetworkClassifier setLayers(int... sizes) {
    set(layers(), sizes);
    return this;
  }

  /** Sets Adam's learning rate for a network made from layers. Default 0.001. */
  public NetworkClassifier setLearningRate(double rate) {
    set(learningRate(), rate);
    return this;
  }

  /** Sets the number of workers; 0, the default, for one per task slot. */
  public NetworkClassifier setWorkers(int count) {
    set(workers(), count);
    return this;
  }

  /** Sets the rows per worker and round. */
  public NetworkClassifier setBatchSize(int rows) {
    set(batchSize(), rows);
    return this;
  }

  /** Sets the number of passes over the training data. */
  public NetworkClassifier setMaxIter(int epochs) {
    set(maxIter(), epochs);
    return this;
  }

  /** Sets the seed of the order of rows, and of the weights of a network made from layers. */
  public NetworkClassifier setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /** Sets the form in which updates travel: threshold (default), float16, none or auto. */
  public NetworkClassifier setQuantizer(String name) {
    set(quantizer(), name);
    return this;
  }

  /** Sets what the workers' updates become: mean (default) or sum. */
  public NetworkClassifier setAggregation(String name) {
    set(aggregation(), name);
    return this;
  }

  /** Sets the share of an update's entries to send in a round. */
  public NetworkClassifier setTargetDensity(double share) {
    set(targetDensity(), share);
    return this;
  }

  /** Sets one fixed threshold in place of a density. */
  public NetworkClassifier setUpdateThreshold(double value) {
    set(updateThreshold(), value);
    return this;
  }

  /** Sets the policy for null or non-finite features: error (default), skip or keep. */
  public NetworkClassifier setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /** Sets the rows that go through the network at once when the model predicts. */
  public NetworkClassifier setPredictionBatchSize(int rows) {
    set(predictionBatchSize(), rows);
    return this;
  }

  /** Sets how a fit shows how far it is: none (default) or console. */
  public NetworkClassifier setProgress(String name) {
    set(progress(), name);
    return this;
  }

  /** Sets how long executors and workers may take to appear. */
  public NetworkClassifier setRendezvousTimeoutSeconds(int seconds) {
    set(rendezvousTimeoutSeconds(), seconds);
    return this;
  }

  /** Sets how long a worker waits for its peers in one round. */
  public NetworkClassifier setRoundTimeoutSeconds(int seconds) {
    set(roundTimeoutSeconds(), seconds);
    return this;
  }

  /** Sets the bytes of rows that a worker keeps in memory before it spills to disk. */
  public NetworkClassifier setStoreMemoryBytes(long bytes) {
    set(storeMemoryBytes(), bytes);
    return this;
  }

  /**
   * Sets who is told of a fit's progress, besides the one that {@code progress} names. Copies keep
   * them; saving does not.
   */
  public NetworkClassifier setListeners(List<TrainingListener> value) {
    listeners = List.copyOf(value);
    return this;
  }

  /**
   * Trains the network. Blocks until it has ended.
   *
   * @throws IllegalArgumentException if the Params contradict each other, or the data does not fit
   *     the columns or the network, or there are more workers than task slots
   * @throws TrainingException if a worker fails or is lost
   */
  @Override
  public NetworkClassificationModel fit(Dataset<?> data) {
    // Not Predictor.fit: it insists on a vector column and cannot name columns with dots.
    return copyValues(train(data).setParent(this), ParamMap.empty());
  }

  /** The fit without what {@link #fit} copies onto the model. */
  @Override
  public NetworkClassificationModel train(Dataset<?> data) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "the data to fit must have an end, but is a stream; fit inside foreachBatch, or read the "
              + "source as a table");
    }
    transformSchema(data.schema());
    ColumnBinding columns = new ColumnBinding(getFeaturesCol(), getLabelCol());
    NetworkSnapshot initial = ClassifierNetwork.initialize(network());
    SchemaChecks.featureCount(
        data.schema(), getFeaturesCol(), Math.toIntExact(initial.inputSize()));
    TrainingResult result =
        new DistributedTrainer(
                data.sparkSession().sparkContext(), paramSet.trainingConfig(this), allListeners())
            .fit(initial, data, columns);
    FittedNetwork fitted =
        new FittedNetwork(result.snapshot(), Optional.of(TrainingSummary.of(result)));
    return new NetworkClassificationModel(uid, fitted);
  }

  private MultiLayerConfiguration network() {
    if (isSet(configuration()) == isSet(layers())) {
      throw new IllegalArgumentException(
          "%s must have either configuration or layers, but has %s; set one of them"
              .formatted(uid, isSet(layers()) ? "both" : "neither"));
    }
    if (isSet(layers())) {
      return ClassifierNetwork.ofLayers(getLayers(), getLearningRate(), getSeed());
    }
    if (isSet(learningRate())) {
      throw new IllegalArgumentException(
          ("%s has a configuration, whose own updater has the learning rate, but learningRate is "
                  + "set to %s; clear it, or set the rate in the configuration")
              .formatted(uid, getLearningRate()));
    }
    return ClassifierNetwork.parse(getConfiguration());
  }

  /** Those that were set, and the one that progress names. */
  List<TrainingListener> allListeners() {
    List<TrainingListener> all = new ArrayList<>(listeners == null ? List.of() : listeners);
    if (ParamChecks.choose("progress", Progress.class, getProgress()) == Progress.CONSOLE) {
      all.add(new ConsoleProgress(System.err));
    }
    return all;
  }

  /**
   * The schema with the columns that the model will append.
   *
   * @throws IllegalArgumentException if the Params contradict each other or the columns do not fit
   */
  @Override
  public StructType transformSchema(StructType schema) {
    int classCount = ClassifierNetwork.classCount(network());
    FeatureReader.of(schema, getFeaturesCol());
    Columns.numericIndexOf(schema, "label", getLabelCol());
    SchemaChecks.classCount(schema, getLabelCol(), classCount);
    return SchemaChecks.columns(this, classCount).appendTo(schema);
  }

  @Override
  public NetworkClassifier copy(ParamMap extra) {
    NetworkClassifier copy = defaultCopy(extra);
    copy.listeners = listeners;
    return copy;
  }

  /** A reader of saved classifiers. */
  public static MLReader<NetworkClassifier> read() {
    return new Reader().read();
  }

  /** The classifier saved at this path, on any Hadoop file system. */
  public static NetworkClassifier load(String path) {
    return read().load(path);
  }

  private static final class Reader implements DefaultParamsReadable<NetworkClassifier> {}
}
