// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
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
 * Trains a neural network that classifies, on the executors of the Spark application: each worker
 * trains a replica on its share of the rows, and the replicas share their updates.
 *
 * <p>The network is given by {@code configuration}, a DL4J configuration with a softmax output
 * layer, or by {@code layers}, the sizes of a plain network as MLlib's perceptron has them. The
 * number of classes is the number of its outputs; labels are 0-based indices, or strings if {@code
 * stringLabels} is index. The features may be a vector, an array of numbers or one number.
 *
 * <p>{@code maxIter} counts passes over the data, as it does for MLlib's estimators, and all of
 * them are made unless {@code earlyStoppingMetric} ends the fit; DL4J's own word iteration is one
 * update.
 */
public final class NetworkClassifier
    extends ProbabilisticClassifier<Vector, NetworkClassifier, NetworkClassificationModel>
    implements PlainNetworkSetters<NetworkClassifier>,
        ClassifierParams,
        BeyondParams,
        DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ClassifierParamSet paramSet;
  private transient FitStart start = FitStart.NEW;

  /** A classifier with a random uid. */
  public NetworkClassifier() {
    this(SparkMlInternals.randomUid("networkClassifier"));
  }

  /** A classifier with this uid. */
  public NetworkClassifier(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new ClassifierParamSet(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ClassifierParamSet paramSet() {
    return paramSet;
  }

  /** Sets what the rows of each class count in the loss. */
  public NetworkClassifier setClassWeights(double... weights) {
    set(classWeights(), weights);
    return this;
  }

  /** Sets what a fit does with a label column of strings: refuse (default) or index. */
  public NetworkClassifier setStringLabels(String policy) {
    set(stringLabels(), policy);
    return this;
  }

  /** Sets the labels of the classes, in the order of the network's outputs. */
  public NetworkClassifier setLabels(String... names) {
    set(labels(), names);
    return this;
  }

  /** Sets the column of the predicted class's label. Default: predictedLabel. */
  public NetworkClassifier setPredictedLabelCol(String column) {
    set(predictedLabelCol(), column);
    return this;
  }

  /**
   * Sets who is told of a fit's progress, besides the one that {@code progress} names. Copies keep
   * them; saving does not.
   */
  public NetworkClassifier setListeners(List<TrainingListener> value) {
    start = start().withListeners(value);
    return this;
  }

  /**
   * Sets a network to train on from, with the state of its updater, in place of {@code layers} and
   * {@code configuration}. Copies keep it; saving does not. The labels of its classes, if it has
   * any, come with it: labels that are set must begin with them.
   */
  public NetworkClassifier setInitialModel(NetworkClassificationModel model) {
    start = start().withInitial(model.snapshot(), model.paramSet().labels(model));
    return this;
  }

  /** The same with a network of any other origin, such as DL4J's, whose labels are not known. */
  public NetworkClassifier setInitialModel(NetworkSnapshot network) {
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
  public NetworkClassificationModel fit(Dataset<?> data) {
    // Not Predictor.fit: it insists on a vector column and cannot name columns with dots.
    return copyValues(train(data).setParent(this), ParamMap.empty());
  }

  /** The fit without what {@link #fit} copies onto the model. */
  @Override
  public NetworkClassificationModel train(Dataset<?> data) {
    PredictorFit<NetworkClassifier> fit = fit();
    if (!StringLabels.apply(this, data.schema())) {
      return labeled(fit.run(data, List.of()), knownLabels());
    }
    int classCount = fit.requireFits(data);
    StringLabels labels = StringLabels.of(this, data, classCount);
    return labeled(fit.run(labels.index(this, data), labels.labels()), labels.labels());
  }

  private NetworkClassificationModel labeled(PredictorNetwork network, List<String> labels) {
    NetworkClassificationModel model = new NetworkClassificationModel(uid, network);
    return labels.isEmpty() ? model : model.setLabels(labels.toArray(String[]::new));
  }

  /**
   * The labels that are set, or else those of the initial model; empty if there are neither.
   *
   * @throws IllegalArgumentException if there are both, and they contradict each other
   */
  List<String> knownLabels() {
    List<String> ofModel = start().initialLabels();
    List<String> set = paramSet.labels(this);
    if (set.isEmpty()) {
      return ofModel;
    }
    if (set.size() < ofModel.size() || !set.subList(0, ofModel.size()).equals(ofModel)) {
      throw new IllegalArgumentException(
          ("%s has an initial model whose classes have the labels %s, so labels must begin with "
                  + "them, but are %s; clear labels, or set the initial model's snapshot(), which "
                  + "has none")
              .formatted(uid, StringLabels.first(ofModel), StringLabels.first(set)));
    }
    return set;
  }

  /**
   * The schema with the columns that the model will append.
   *
   * @throws IllegalArgumentException if the Params contradict each other or the columns do not fit
   */
  @Override
  public StructType transformSchema(StructType schema) {
    boolean strings = StringLabels.apply(this, schema);
    StructType indexed = StringLabels.indexed(this, schema);
    int classCount = fit().checkedOutputs(indexed);
    SchemaChecks.classCount(indexed, getLabelCol(), classCount);
    paramSet.rows.requireClassCount(this, classCount);
    List<String> known = knownLabels();
    if (strings && known.isEmpty()) {
      requireNothingByClass();
    }
    ClassificationColumns columns = SchemaChecks.columns(this, classCount, known);
    return (strings ? columns.withLabelColumn(getPredictedLabelCol()) : columns).appendTo(schema);
  }

  /** Refuses what goes by the index of a class, where no one knows it before the labels are. */
  private void requireNothingByClass() {
    if (start().initial().isPresent()) {
      throw new IllegalArgumentException(
          uid
              + " has an initial network, and which label each of its classes stands for is not known; set labels");
    }
    for (Param<?> param : List.of(classWeights(), thresholds())) {
      if (isDefined(param)) {
        throw new IllegalArgumentException(
            ("%s must be in the order of the labels, which for column '%s' follows from how "
                    + "frequent they are, but labels are not set; set labels in the order of %s")
                .formatted(param.name(), getLabelCol(), param.name()));
      }
    }
  }

  @Override
  public NetworkClassifier copy(ParamMap extra) {
    NetworkClassifier copy = defaultCopy(extra);
    copy.start = start;
    return copy;
  }

  private PredictorFit<NetworkClassifier> fit() {
    return new PredictorFit<>(this, NetworkKind.CLASSIFIER, start());
  }

  private FitStart start() {
    return start == null ? FitStart.NEW : start; // null after deserialization
  }

  /** Whether there is an initial model, which is no Param. */
  @Override
  public Optional<String> beyondParams() {
    return start().initial().map(network -> "an initial model");
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
