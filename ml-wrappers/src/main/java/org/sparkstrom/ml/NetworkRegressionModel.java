// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchPredictor;
import org.sparkstrom.spark.inference.PredictionConfig;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A neural network that predicts a number: the model that {@link NetworkRegressor} fits.
 *
 * <p>{@link #transform} keeps all rows in order and all columns, and appends the prediction, unless
 * its name is empty. It scores mini-batches with one copy of the parameters per executor, is lazy,
 * and works on streaming DataFrames. As with {@link NetworkClassificationModel}, the same batches
 * give the same bits.
 */
public final class NetworkRegressionModel extends RegressionModel<Vector, NetworkRegressionModel>
    implements PlainNetworkParams, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final PlainNetworkParamSet paramSet;
  private final PredictorNetwork fitted; // null in a model that was made without a network

  /** A model without a network, as Spark's tools make one to look at its Params. */
  public NetworkRegressionModel() {
    this(SparkMlInternals.randomUid("networkRegressionModel"));
  }

  /** A model without a network, with this uid. */
  public NetworkRegressionModel(String uid) {
    this(uid, (PredictorNetwork) null);
  }

  /**
   * A model of a network that was fitted elsewhere, by DL4J for one.
   *
   * @throws IllegalArgumentException if the network's output is not one number
   */
  public NetworkRegressionModel(String uid, NetworkSnapshot network) {
    this(uid, new PredictorNetwork(network, NetworkKind.REGRESSOR));
  }

  NetworkRegressionModel(String uid, PredictorNetwork fitted) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new PlainNetworkParamSet(this, NetworkKind.REGRESSOR);
    this.fitted = fitted;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public PlainNetworkParamSet paramSet() {
    return paramSet;
  }

  PredictorNetwork fitted() {
    return FittedNetwork.require(fitted, uid, "NetworkRegressor");
  }

  /** The fitted network as a value: configuration, parameters and updater state. */
  public NetworkSnapshot snapshot() {
    return fitted().snapshot();
  }

  /** A new DL4J network with the fitted parameters and updater state. The caller closes it. */
  public MultiLayerNetwork network() {
    return snapshot().restore();
  }

  /** The facts of the fit; empty if the network was fitted elsewhere. */
  public Optional<TrainingSummary> summary() {
    return fitted().summary();
  }

  /** Number of features that the network takes; -1 if its first layer does not say. */
  @Override
  public int numFeatures() {
    return fitted().inputSize();
  }

  /** Sets the policy for null or non-finite features: error, skip or keep. */
  public NetworkRegressionModel setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /** Sets the rows that go through the network at once. */
  public NetworkRegressionModel setPredictionBatchSize(int rows) {
    set(predictionBatchSize(), rows);
    return this;
  }

  /**
   * Appends the predictions; see the class.
   *
   * @throws IllegalArgumentException if the features column is missing or of the wrong type or
   *     length, or the prediction's column exists already
   */
  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    transformSchema(data.schema());
    PredictionConfig config =
        new PredictionConfig(
            getFeaturesCol(), getPredictionBatchSize(), HandleInvalid.of(getHandleInvalid()));
    return BatchPredictor.transform(
        data, fitted().broadcast(data.sparkSession().sparkContext()), columns(), config);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    FeatureReader.of(schema, getFeaturesCol());
    SchemaChecks.featureCount(schema, getFeaturesCol(), numFeatures());
    return columns().appendTo(schema);
  }

  private RegressionColumns columns() {
    return new RegressionColumns(getPredictionCol());
  }

  @Override
  public double predict(Vector features) {
    return fitted().output(features, HandleInvalid.of(getHandleInvalid()))[0];
  }

  /** A copy that shares the network. */
  @Override
  public NetworkRegressionModel copy(ParamMap extra) {
    return copyValues(new NetworkRegressionModel(uid, fitted), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new ModelPersistence.Writer(this, fitted());
  }

  /** A reader of saved models. */
  public static MLReader<NetworkRegressionModel> read() {
    return new ModelPersistence.Reader<>(
        NetworkRegressionModel.class,
        (uid, network) ->
            new NetworkRegressionModel(uid, new PredictorNetwork(network, NetworkKind.REGRESSOR)));
  }

  /** The model saved at this path, on any Hadoop file system. */
  public static NetworkRegressionModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return fitted == null
        ? "NetworkRegressionModel: uid=" + uid + ", no network"
        : "NetworkRegressionModel: uid=%s, numFeatures=%d".formatted(uid, numFeatures());
  }
}
