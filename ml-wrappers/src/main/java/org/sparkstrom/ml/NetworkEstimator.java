// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.sparkstrom.ml.stage.BeyondParams;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.TrainingException;
import org.sparkstrom.spark.training.TrainingListener;

/**
 * Trains any network that DL4J can describe, on the executors of the Spark application: what {@link
 * NetworkClassifier} and {@link NetworkRegressor} do not take, such as graphs with several inputs
 * and outputs, multi-label and autoencoding networks, regression with several targets, and
 * sequences.
 *
 * <p>{@code featuresCols} has a column for each input of the network, in its order: a vector, an
 * array of numbers or one number; for a sequence an array of vectors or of arrays, one a step; for
 * an image a flat column or arrays nested [channel][row][column]. {@code labelCols} has a column
 * for each output: the class index where the output is a softmax, or an array of them for a
 * sequence; else its numbers, stored as features are, such as a vector of 0 and 1 for several
 * labels at once. Columns may be named more than once: an autoencoder's label is its features
 * column. Networks learn best from features and labels of about unit variance; nothing is scaled
 * here.
 *
 * <p>{@code maxIter} counts passes over the data, and all of them are made unless {@code
 * earlyStoppingMetric} ends the fit. The first weights are as the configuration's seed gives them.
 */
public final class NetworkEstimator extends Estimator<NetworkModel>
    implements NetworkSetters<NetworkEstimator>,
        NetworkEstimatorParams,
        BeyondParams,
        DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NetworkEstimatorParamSet paramSet;
  private transient FitStart start = FitStart.NEW;

  /** An estimator with a random uid. */
  public NetworkEstimator() {
    this(SparkMlInternals.randomUid("networkEstimator"));
  }

  /** An estimator with this uid. */
  public NetworkEstimator(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.paramSet = new NetworkEstimatorParamSet(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public NetworkEstimatorParamSet paramSet() {
    return paramSet;
  }

  /** Sets the network by its DL4J configuration. */
  public NetworkEstimator setConfiguration(MultiLayerConfiguration network) {
    return setConfiguration(network.toJson());
  }

  /** Sets the network by its DL4J configuration. */
  public NetworkEstimator setConfiguration(ComputationGraphConfiguration network) {
    return setConfiguration(network.toJson());
  }

  /** Sets the features columns, one for each input of the network. Default: features. */
  public NetworkEstimator setFeaturesCols(String... columns) {
    set(featuresCols(), columns);
    return this;
  }

  /** Sets the label columns, one for each output of the network. Default: label. */
  public NetworkEstimator setLabelCols(String... columns) {
    set(labelCols(), columns);
    return this;
  }

  /** Sets the names of the columns that the model appends, one for each output of the network. */
  public NetworkEstimator setOutputCols(String... columns) {
    set(outputCols(), columns);
    return this;
  }

  /** Sets what the rows of each class count in the loss, where one output is of classes. */
  public NetworkEstimator setClassWeights(double... weights) {
    set(classWeights(), weights);
    return this;
  }

  /**
   * Sets who is told of a fit's progress, besides the one that {@code progress} names. Copies keep
   * them; saving does not.
   */
  public NetworkEstimator setListeners(List<TrainingListener> value) {
    start = start().withListeners(value);
    return this;
  }

  /**
   * Sets a network to train on from, with the state of its updater, in place of {@code
   * configuration}. Copies keep it; saving does not.
   */
  public NetworkEstimator setInitialModel(NetworkModel model) {
    return setInitialModel(model.snapshot());
  }

  /** The same with the network of any other origin, such as one that DL4J has saved. */
  public NetworkEstimator setInitialModel(NetworkSnapshot network) {
    start = start().withInitial(network);
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
  public NetworkModel fit(Dataset<?> data) {
    NetworkFit<NetworkEstimator> fit = new NetworkFit<>(this, start());
    fit.requireFits(data);
    NetworkSnapshot initial = start().initial().orElseGet(() -> NetworkSnapshot.initial(network()));
    return copyValues(
        new NetworkModel(uid, fit.run(data, initial, columns(), List.of())).setParent(this),
        ParamMap.empty());
  }

  /**
   * The schema with the columns that the model will append.
   *
   * @throws IllegalArgumentException if the Params contradict each other or the columns do not fit
   */
  @Override
  public StructType transformSchema(StructType schema) {
    NetworkBinding binding = paramSet.binding(this, network().signature());
    binding.requireColumns(schema, columns());
    paramSet.rows.requireClasses(this, binding.network().outputs());
    return binding.outputColumns().appendTo(schema);
  }

  private NetworkConfiguration network() {
    new NetworkFit<>(this, start()).refuseBesideInitial(configuration());
    return start().initial().map(NetworkSnapshot::network).orElseGet(this::configured);
  }

  private NetworkConfiguration configured() {
    if (!isSet(configuration())) {
      throw new IllegalArgumentException(
          uid + " must have a configuration or an initial model, but has neither; set one of them");
    }
    return NetworkConfiguration.ofJson(getConfiguration());
  }

  private ColumnBinding columns() {
    return paramSet.rows.columns(this, List.of(getFeaturesCols()), List.of(getLabelCols()));
  }

  private FitStart start() {
    return start == null ? FitStart.NEW : start; // null after deserialization
  }

  @Override
  public NetworkEstimator copy(ParamMap extra) {
    NetworkEstimator copy = defaultCopy(extra);
    copy.start = start;
    return copy;
  }

  /** Whether there is an initial model, which is no Param. */
  @Override
  public Optional<String> beyondParams() {
    return start().initial().map(network -> "an initial model");
  }

  /** A reader of saved estimators. */
  public static MLReader<NetworkEstimator> read() {
    return new Reader().read();
  }

  /** The estimator saved at this path, on any Hadoop file system. */
  public static NetworkEstimator load(String path) {
    return read().load(path);
  }

  private static final class Reader implements DefaultParamsReadable<NetworkEstimator> {}
}
