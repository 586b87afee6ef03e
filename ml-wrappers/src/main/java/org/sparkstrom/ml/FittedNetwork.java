// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The network of a model, shared by all copies of the model, with what prediction needs of it: one
 * broadcast per Spark application, and one local replica for single rows.
 *
 * <p>Both are made at the first use and not saved. The broadcast must outlive every lazy DataFrame
 * that transform has given out, so nobody destroys it by hand: Spark's context cleaner removes it
 * from the executors when the last copy of the model and the last such DataFrame are unreachable.
 * Thread-safe.
 */
final class FittedNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final FeatureReader READER =
      FeatureReader.of(new StructType().add("features", SQLDataTypes.VectorType()), "features");

  private final NetworkSnapshot snapshot;
  private final TrainingSummary summary; // null if the network was not fitted here
  private final int outputSize;
  private final int inputSize;

  private transient Broadcast<NetworkSnapshot> broadcast;
  private transient String broadcastApplication;
  private transient MultiLayerNetwork replica;

  /**
   * A network that was fitted elsewhere.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  FittedNetwork(NetworkSnapshot snapshot, NetworkKind kind) {
    this(snapshot, Optional.empty(), kind);
  }

  /**
   * A network and the facts of its fit.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  FittedNetwork(NetworkSnapshot snapshot, Optional<TrainingSummary> summary, NetworkKind kind) {
    this.snapshot = snapshot;
    this.summary = summary.orElse(null);
    this.outputSize = kind.outputs(snapshot.configuration());
    this.inputSize = Math.toIntExact(snapshot.inputSize());
  }

  /**
   * The network of a model that may have been made without one.
   *
   * @throws IllegalStateException if it was
   */
  static FittedNetwork require(FittedNetwork fitted, String uid, String estimator) {
    if (fitted == null) {
      throw new IllegalStateException(
          "%s must have a network, but was made without one; fit a %s, or load a saved model"
              .formatted(uid, estimator));
    }
    return fitted;
  }

  NetworkSnapshot snapshot() {
    return snapshot;
  }

  Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  /** Number of outputs: of a classifier, classes. */
  int outputSize() {
    return outputSize;
  }

  /** Number of features that the network takes; -1 if its first layer does not say. */
  int inputSize() {
    return inputSize;
  }

  /** The broadcast of this application; made at the first call, without the updater's state. */
  synchronized Broadcast<NetworkSnapshot> broadcast(SparkContext context) {
    if (broadcast == null || !context.applicationId().equals(broadcastApplication)) {
      broadcast = JavaSparkContext.fromSparkContext(context).broadcast(snapshot.forInference());
      broadcastApplication = context.applicationId();
    }
    return broadcast;
  }

  /**
   * The output for one row, float32 [outputSize], in the JVM that calls.
   *
   * @throws IllegalArgumentException if the row has another number of features than the network
   *     takes, or an invalid one and the policy is not to keep it
   */
  synchronized float[] output(Vector features, HandleInvalid policy) {
    if (inputSize > 0 && features.size() != inputSize) {
      throw new IllegalArgumentException(
          "the vector has %d features, but the network takes %d inputs"
              .formatted(features.size(), inputSize));
    }
    float[] input = new float[features.size()];
    int invalid = READER.read(RowFactory.create(features), input, 0);
    if (invalid >= 0 && policy != HandleInvalid.KEEP) {
      throw new IllegalArgumentException(
          "the vector is NaN or infinite at feature %d; clean it, or set handleInvalid to 'keep'"
              .formatted(invalid));
    }
    NativeRuntime.prepareTask();
    if (replica == null) {
      replica = snapshot.forInference().restore();
    }
    try (INDArray x = Nd4j.create(input, new long[] {1, input.length}, 'c');
        INDArray y = replica.output(x, false);
        INDArray rowMajor = y.dup('c')) {
      return rowMajor.data().asFloat();
    }
  }
}
