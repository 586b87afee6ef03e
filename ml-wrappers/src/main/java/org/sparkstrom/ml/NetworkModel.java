// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchLimit;
import org.sparkstrom.spark.inference.BatchPredictor;
import org.sparkstrom.spark.inference.PredictionConfig;
import org.sparkstrom.spark.network.NetworkSignature;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A network of any kind: the model that {@link NetworkEstimator} fits.
 *
 * <p>{@link #transform} keeps all rows in order and all columns, and appends a column for each
 * output of the network. It scores mini-batches with one copy of the parameters per executor, is
 * lazy, and works on streaming DataFrames. As with {@link NetworkClassificationModel}, the same
 * batches give the same bits.
 *
 * <p>An output of one number is a double; any other of a row is a vector; a sequence is an array
 * with an array of doubles for each step; an image is an array nested [channel][row][column].
 * Behind a softmax output NAME stands NAME_class, the class index, a double for
 * MulticlassClassificationEvaluator, or an array with one for each step.
 */
public final class NetworkModel extends Model<NetworkModel>
    implements NetworkEstimatorParams, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NetworkEstimatorParamSet paramSet;
  private final FittedNetwork fitted; // null in a model that was made without a network
  private final NetworkSignature signature; // null as well

  /** A model without a network, as Spark's tools make one to look at its Params. */
  public NetworkModel() {
    this(SparkMlInternals.randomUid("networkModel"));
  }

  /** A model without a network, with this uid. */
  public NetworkModel(String uid) {
    this(uid, null, null);
  }

  /**
   * A model of a network that was fitted elsewhere, by DL4J for one. One that ends in no output
   * layer is for {@link ParallelPostFit}.
   *
   * @throws IllegalArgumentException if an output of the network has no loss
   */
  public NetworkModel(String uid, NetworkSnapshot network) {
    this(uid, new FittedNetwork(network, Optional.empty()));
  }

  NetworkModel(String uid, FittedNetwork fitted) {
    this(uid, fitted, fitted.snapshot().signature());
  }

  private NetworkModel(String uid, FittedNetwork fitted, NetworkSignature signature) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.paramSet = new NetworkEstimatorParamSet(this);
    this.fitted = fitted;
    this.signature = signature;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public NetworkEstimatorParamSet paramSet() {
    return paramSet;
  }

  private FittedNetwork fitted() {
    return FittedNetwork.require(fitted, uid, "NetworkEstimator");
  }

  /** The fitted network as a value: configuration, parameters and updater state. */
  public NetworkSnapshot snapshot() {
    return fitted().snapshot();
  }

  /**
   * A new DL4J network with the fitted parameters and updater state. The caller closes it.
   *
   * @throws IllegalStateException if it is a graph
   */
  public MultiLayerNetwork network() {
    return snapshot().restore();
  }

  /**
   * A new DL4J graph with the fitted parameters and updater state. The caller closes it.
   *
   * @throws IllegalStateException if it is a multi-layer network
   */
  public ComputationGraph graph() {
    return snapshot().restoreGraph();
  }

  /** The facts of the fit; empty if the network was fitted elsewhere. */
  public Optional<TrainingSummary> summary() {
    return fitted().summary();
  }

  /** Inputs and outputs of the network with their shapes. */
  public String modelDescription() {
    return binding().network().description();
  }

  /** Sets the features columns, one for each input of the network. */
  public NetworkModel setFeaturesCols(String... columns) {
    set(featuresCols(), columns);
    return this;
  }

  /** Sets the names of the appended columns, one for each output of the network. */
  public NetworkModel setOutputCols(String... columns) {
    set(outputCols(), columns);
    return this;
  }

  /** Sets the policy for null or non-finite features: error, skip or keep. */
  public NetworkModel setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /** Sets the rows that go through the network at once. */
  public NetworkModel setPredictionBatchSize(int rows) {
    set(predictionBatchSize(), rows);
    return this;
  }

  /**
   * Appends the outputs; see the class.
   *
   * @throws IllegalArgumentException if the columns do not fit the network; the message lists its
   *     inputs and outputs
   */
  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    transformSchema(data.schema());
    PredictionConfig config =
        new PredictionConfig(
            List.of(getFeaturesCols()),
            BatchLimit.ofRows(getPredictionBatchSize()),
            HandleInvalid.of(getHandleInvalid()));
    return BatchPredictor.transform(
        data,
        fitted().broadcast(data.sparkSession().sparkContext()),
        binding().outputColumns(),
        config);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    NetworkBinding binding = binding();
    binding.requireFeatures(schema);
    return binding.outputColumns().appendTo(schema);
  }

  private NetworkBinding binding() {
    FittedNetwork unused = fitted(); // without it there is no signature
    return paramSet.binding(this, signature);
  }

  /** A copy that shares the network. */
  @Override
  public NetworkModel copy(ParamMap extra) {
    return copyValues(new NetworkModel(uid, fitted, signature), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new ModelPersistence.Writer(this, fitted());
  }

  /** A reader of saved models. */
  public static MLReader<NetworkModel> read() {
    return new ModelPersistence.Reader<>(NetworkModel.class, NetworkModel::new);
  }

  /** The model saved at this path, on any Hadoop file system. */
  public static NetworkModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NetworkModel: uid=%s, %s"
        .formatted(uid, fitted == null ? "no network" : modelDescription());
  }
}
