// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.ml.linear.LinearWeights;
import org.sparkstrom.ml.linear.Softmax;
import org.sparkstrom.spark.data.HandleInvalid;
import scala.Tuple3;

/**
 * A linear classifier: the model that {@link AveragedLinear} fits.
 *
 * <p>The raw prediction is the score of each class, the probability its softmax, which is a
 * calibrated one with the logistic loss alone. {@link #transform} keeps all rows and columns and
 * appends those of rawPrediction, probability and prediction whose names are not empty. It works on
 * streaming DataFrames.
 */
public final class AveragedLinearModel
    extends ProbabilisticClassificationModel<Vector, AveragedLinearModel>
    implements AveragedLinearParams, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final AveragedLinearParamSet paramSet;
  private final LinearWeights weights; // null in a model that was made without weights

  /** A model without weights, as Spark's tools make one to look at its Params. */
  public AveragedLinearModel() {
    this(SparkMlInternals.randomUid("averagedLinearModel"));
  }

  /** A model without weights, with this uid. */
  public AveragedLinearModel(String uid) {
    this(uid, null);
  }

  AveragedLinearModel(String uid, LinearWeights weights) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new AveragedLinearParamSet(this);
    this.weights = weights;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public AveragedLinearParamSet paramSet() {
    return paramSet;
  }

  LinearWeights linearWeights() {
    if (weights == null) {
      throw new IllegalStateException(
          uid + " must have weights to predict with, but has none; fit an AveragedLinear");
    }
    return weights;
  }

  /** The weights of classes (rows) and features (columns). */
  public Matrix coefficientMatrix() {
    LinearWeights all = linearWeights();
    double[] values = new double[all.classes() * all.features()];
    for (int i = 0; i < all.classes(); i++) {
      System.arraycopy(
          all.average(), i * (all.features() + 1), values, i * all.features(), all.features());
    }
    return new DenseMatrix(all.classes(), all.features(), values, true);
  }

  /** The intercepts of the classes; 0 without fitIntercept. */
  public Vector interceptVector() {
    LinearWeights all = linearWeights();
    double[] values = new double[all.classes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.average()[i * (all.features() + 1) + all.features()];
    }
    return Vectors.dense(values);
  }

  @Override
  public int numClasses() {
    return linearWeights().classes();
  }

  @Override
  public int numFeatures() {
    return linearWeights().features();
  }

  /** Sets the policy for null or non-finite features: error, skip or keep. */
  public AveragedLinearModel setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    LinearFit.requireVectors(schema, getFeaturesCol());
    LinearFit.requireSize(schema, getFeaturesCol(), numFeatures());
    return columns().appendTo(schema);
  }

  private ClassificationColumns columns() {
    return LinearFit.columns(this, numClasses());
  }

  /**
   * Appends the predictions; see the class.
   *
   * @throws IllegalArgumentException if the features column is missing or no vector, an output
   *     column exists already, or the thresholds are not one per class
   */
  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    transformSchema(data.schema());
    // Not Spark's own transform: it cannot name columns with dots, and puts the weights into a task
    ClassificationColumns columns = columns();
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(data.sparkSession().sparkContext());
    Broadcast<LinearWeights> shared = context.broadcast(linearWeights());
    FeaturePolicy policy = policy();
    UDF1<Vector, Boolean> takes = policy::takes;
    UDF1<Vector, Vector> score =
        x -> {
          LinearWeights weights = shared.value();
          return Vectors.dense(weights.scores(policy.clean(x, weights.features())));
        };
    UDF1<Vector, Vector> softmax = raw -> probability(raw.toArray().clone());
    UDF1<Vector, Double> choose = p -> columns.prediction(p.toArray());
    Column raw =
        functions
            .udf(score, SQLDataTypes.VectorType())
            .asNonNullable()
            .apply(LinearFit.column(getFeaturesCol()));
    Column probability =
        functions.udf(softmax, SQLDataTypes.VectorType()).asNonNullable().apply(raw);
    Column prediction =
        functions.udf(choose, DataTypes.DoubleType).asNonNullable().apply(probability);
    Dataset<Row> result = data.toDF();
    if (policy.policy() == HandleInvalid.SKIP) {
      Column features = LinearFit.column(getFeaturesCol());
      result = result.where(functions.udf(takes, DataTypes.BooleanType).apply(features));
    }
    for (StructField field : columns.fields()) {
      Column value =
          field.name().equals(getRawPredictionCol())
              ? raw
              : field.name().equals(getProbabilityCol()) ? probability : prediction;
      result = result.select(functions.col("*"), value.as(field.name(), field.metadata()));
    }
    return result;
  }

  private static Vector probability(double[] scores) {
    Softmax.inPlace(scores);
    return Vectors.dense(scores);
  }

  @Override
  public double predict(Vector features) {
    return columns().prediction(predictProbability(features).toArray());
  }

  @Override
  public Vector predictRaw(Vector features) {
    return Vectors.dense(scores(features));
  }

  @Override
  public Vector predictProbability(Vector features) {
    return probability(scores(features));
  }

  private double[] scores(Vector features) {
    return linearWeights().scores(policy().clean(features, numFeatures()));
  }

  private FeaturePolicy policy() {
    return new FeaturePolicy(getFeaturesCol(), HandleInvalid.of(getHandleInvalid()));
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

  /** Spark's own; see {@link NetworkClassificationModel#findSummaryModel}. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }

  /** A copy that shares the weights. */
  @Override
  public AveragedLinearModel copy(ParamMap extra) {
    return copyValues(new AveragedLinearModel(uid, weights), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new LinearPersistence.Writer(this);
  }

  /** A reader of saved models. */
  public static MLReader<AveragedLinearModel> read() {
    return new LinearPersistence.Reader();
  }

  /** The model saved at this path, on any Hadoop file system. */
  public static AveragedLinearModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return weights == null
        ? "AveragedLinearModel: uid=" + uid + ", no weights"
        : "AveragedLinearModel: uid=%s, numFeatures=%d, numClasses=%d"
            .formatted(uid, numFeatures(), numClasses());
  }
}
