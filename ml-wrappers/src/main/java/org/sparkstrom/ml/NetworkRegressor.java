// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.ml.stage.BeyondParams;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.TrainingException;
import org.sparkstrom.spark.training.TrainingListener;

/**
 * Trains a neural network that predicts a number, on the executors of the Spark application: each
 * worker trains a replica on its share of the rows, and the replicas share their updates.
 *
 * <p>The network is given by {@code configuration}, a DL4J configuration whose output layer has one
 * output, or by {@code layers}, the sizes of a plain network that ends with 1. The features may be
 * a vector, an array of numbers or one number. Networks learn best from features and labels of
 * about unit variance; nothing is scaled here.
 *
 * <p>{@code maxIter} counts passes over the data, as it does for MLlib's estimators, and all of
 * them are made unless {@code earlyStoppingMetric} ends the fit.
 */
public final class NetworkRegressor
    extends Regressor<Vector, NetworkRegressor, NetworkRegressionModel>
    implements PlainNetworkSetters<NetworkRegressor>, BeyondParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final PlainNetworkParamSet paramSet;
  private transient FitStart start = FitStart.NEW;

  /** A regressor with a random uid. */
  public NetworkRegressor() {
    this(SparkMlInternals.randomUid("networkRegressor"));
  }

  /** A regressor with this uid. */
  public NetworkRegressor(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new PlainNetworkParamSet(this, NetworkKind.REGRESSOR);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public PlainNetworkParamSet paramSet() {
    return paramSet;
  }

  /**
   * Sets who is told of a fit's progress, besides the one that {@code progress} names. Copies keep
   * them; saving does not.
   */
  public NetworkRegressor setListeners(List<TrainingListener> value) {
    start = start.withListeners(value);
    return this;
  }

  /**
   * Sets a network to train on from, with the state of its updater, in place of {@code layers} and
   * {@code configuration}. Copies keep it; saving does not.
   */
  public NetworkRegressor setInitialModel(NetworkRegressionModel model) {
    return setInitialModel(model.snapshot());
  }

  /** The same with the network of any other origin, such as one that DL4J has saved. */
  public NetworkRegressor setInitialModel(NetworkSnapshot network) {
    start = start.withInitial(network);
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
  public NetworkRegressionModel fit(Dataset<?> data) {
    // Not Predictor.fit: it insists on a vector column and cannot name columns with dots.
    return copyValues(train(data).setParent(this), ParamMap.empty());
  }

  /** The fit without what {@link #fit} copies onto the model. */
  @Override
  public NetworkRegressionModel train(Dataset<?> data) {
    PredictorNetwork fitted = fit().run(data, List.of());
    return new NetworkRegressionModel(uid, fitted);
  }

  /**
   * The schema with the column that the model will append.
   *
   * @throws IllegalArgumentException if the Params contradict each other or the columns do not fit
   */
  @Override
  public StructType transformSchema(StructType schema) {
    int unused = fit().checkedOutputs(schema);
    return new RegressionColumns(getPredictionCol()).appendTo(schema);
  }

  @Override
  public NetworkRegressor copy(ParamMap extra) {
    NetworkRegressor copy = defaultCopy(extra);
    copy.start = start;
    return copy;
  }

  private PredictorFit<NetworkRegressor> fit() {
    return new PredictorFit<>(this, NetworkKind.REGRESSOR, start == null ? FitStart.NEW : start);
  }

  /** Whether there is an initial model, which is no Param. */
  @Override
  public Optional<String> beyondParams() {
    boolean initial = start != null && start.initial().isPresent();
    return initial ? Optional.of("an initial model") : Optional.empty();
  }

  /** A reader of saved regressors. */
  public static MLReader<NetworkRegressor> read() {
    return new Reader().read();
  }

  /** The regressor saved at this path, on any Hadoop file system. */
  public static NetworkRegressor load(String path) {
    return read().load(path);
  }

  private static final class Reader implements DefaultParamsReadable<NetworkRegressor> {}
}
