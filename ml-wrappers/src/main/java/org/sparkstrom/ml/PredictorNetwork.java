// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Optional;
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
 * The network of a model that spark.ml calls a predictor: it takes one vector and gives one, also
 * for single rows in the JVM that calls, by a replica that is made at the first use. Thread-safe.
 */
final class PredictorNetwork extends FittedNetwork {
  private static final long serialVersionUID = 1L;

  private static final FeatureReader READER =
      FeatureReader.of(new StructType().add("features", SQLDataTypes.VectorType()), "features");

  private final int outputSize;
  private final int inputSize;

  private transient MultiLayerNetwork replica;

  /**
   * A network that was fitted elsewhere.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  PredictorNetwork(NetworkSnapshot snapshot, NetworkKind kind) {
    this(new FittedNetwork(snapshot, Optional.empty()), kind);
  }

  /**
   * A network and the facts of its fit.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  PredictorNetwork(FittedNetwork network, NetworkKind kind) {
    super(network.snapshot(), network.summary());
    this.outputSize = kind.outputs(network.snapshot().configuration());
    this.inputSize = Math.toIntExact(network.snapshot().inputSize());
  }

  /** Number of outputs: of a classifier, classes. */
  int outputSize() {
    return outputSize;
  }

  /** Number of features that the network takes; -1 if its first layer does not say. */
  int inputSize() {
    return inputSize;
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
      replica = snapshot().forInference().restore();
    }
    try (INDArray x = Nd4j.create(input, new long[] {1, input.length}, 'c');
        INDArray y = replica.output(x, false);
        INDArray rowMajor = y.dup('c')) {
      return rowMajor.data().asFloat();
    }
  }
}
