// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.sparkstrom.ml.linear.Softmax;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchPredictor;
import org.sparkstrom.spark.inference.PredictionConfig;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.Tuple3;

/**
 * A neural network that classifies: the model that {@link NetworkClassifier} fits.
 *
 * <p>{@link #transform} keeps all rows in order and all columns, and appends those of
 * rawPrediction, probability and prediction whose names are not empty, in that order, and behind
 * them, if the classes have labels, the predicted label. It scores mini-batches with one copy of
 * the parameters per executor, is lazy, and works on streaming DataFrames. The features may be a
 * vector, an array of numbers or one number.
 *
 * <p>The probability is the network's softmax output; the raw prediction is its logarithm, so
 * softmax(rawPrediction) is the probability. The native matrix product sums in an order that
 * depends on a row's place in its batch: the same batches give the same bits, while another
 * partitioning or {@code predict} on one vector may differ by float32 rounding.
 */
public final class NetworkClassificationModel
    extends ProbabilisticClassificationModel<Vector, NetworkClassificationModel>
    implements ClassifierParams, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ClassifierParamSet paramSet;
  private final PredictorNetwork fitted; // null in a model that was made without a network

  /** A model without a network, as Spark's tools make one to look at its Params. */
  public NetworkClassificationModel() {
    this(SparkMlInternals.randomUid("networkClassificationModel"));
  }

  /** A model without a network, with this uid. */
  public NetworkClassificationModel(String uid) {
    this(uid, (PredictorNetwork) null);
  }

  /**
   * A model of a network that was fitted elsewhere, by DL4J for one.
   *
   * @throws IllegalArgumentException if the network's output is no probability of classes
   */
  public NetworkClassificationModel(String uid, NetworkSnapshot network) {
    this(uid, new PredictorNetwork(network, NetworkKind.CLASSIFIER));
  }

  NetworkClassificationModel(String uid, PredictorNetwork fitted) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new ClassifierParamSet(this);
    this.fitted = fitted;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ClassifierParamSet paramSet() {
    return paramSet;
  }

  PredictorNetwork fitted() {
    return FittedNetwork.require(fitted, uid, "NetworkClassifier");
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

  @Override
  public int numClasses() {
    return fitted().outputSize();
  }

  /** Number of features that the network takes; -1 if its first layer does not say. */
  @Override
  public int numFeatures() {
    return fitted().inputSize();
  }

  /** Sets the policy for null or non-finite features: error, skip or keep. */
  public NetworkClassificationModel setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /** Sets the labels of the classes, in the order of the network's outputs. */
  public NetworkClassificationModel setLabels(String... names) {
    set(labels(), names);
    return this;
  }

  /** Sets the column of the predicted class's label; empty for none. */
  public NetworkClassificationModel setPredictedLabelCol(String column) {
    set(predictedLabelCol(), column);
    return this;
  }

  /** Sets the rows that go through the network at once. */
  public NetworkClassificationModel setPredictionBatchSize(int rows) {
    set(predictionBatchSize(), rows);
    return this;
  }

  /**
   * Appends the predictions; see the class.
   *
   * @throws IllegalArgumentException if the features column is missing or of the wrong type or
   *     length, an output column exists already, or the thresholds are not one per class
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

  private ClassificationColumns columns() {
    return SchemaChecks.columns(this, numClasses());
  }

  @Override
  public double predict(Vector features) {
    return columns().prediction(probabilities(features));
  }

  @Override
  public Vector predictRaw(Vector features) {
    return ClassificationColumns.rawPrediction(probabilities(features));
  }

  @Override
  public Vector predictProbability(Vector features) {
    return Vectors.dense(probabilities(features));
  }

  private double[] probabilities(Vector features) {
    return ClassificationColumns.probabilities(
        fitted().output(features, HandleInvalid.of(getHandleInvalid())));
  }

  @Override
  public Vector raw2probabilityInPlace(Vector raw) {
    if (!(raw instanceof DenseVector dense)) {
      throw new IllegalArgumentException(
          "a raw prediction must be a dense vector, but is " + raw.getClass().getSimpleName());
    }
    Softmax.inPlace(dense.values());
    return dense;
  }

  /**
   * Spark's own, unchanged. It stands here because Scala sees the method of
   * ProbabilisticClassificationModel as an override of ClassificationModel's, and Java, whose
   * tuples are invariant, does not; a raw return type satisfies both.
   */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }

  /** A copy that shares the network. */
  @Override
  public NetworkClassificationModel copy(ParamMap extra) {
    return copyValues(new NetworkClassificationModel(uid, fitted), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new ModelPersistence.Writer(this, fitted());
  }

  /** A reader of saved models. */
  public static MLReader<NetworkClassificationModel> read() {
    return new ModelPersistence.Reader<>(
        NetworkClassificationModel.class,
        (uid, network) ->
            new NetworkClassificationModel(
                uid, new PredictorNetwork(network, NetworkKind.CLASSIFIER)));
  }

  /** The model saved at this path, on any Hadoop file system. */
  public static NetworkClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return fitted == null
        ? "NetworkClassificationModel: uid=" + uid + ", no network"
        : "NetworkClassificationModel: uid=%s, numFeatures=%d, numClasses=%d"
            .formatted(uid, numFeatures(), numClasses());
  }
}
