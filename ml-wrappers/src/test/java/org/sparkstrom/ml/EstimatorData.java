// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** DataFrames and networks of the tests of {@link NetworkEstimator}. */
final class EstimatorData {
  static final int LEFT = 3;
  static final int RIGHT = 2;
  static final int KINDS = 3;
  static final int PLACES = 2;

  private EstimatorData() {}

  /**
   * A graph with the inputs {@code left} [3] and {@code right} [2] and the outputs {@code kind} (3
   * classes) and {@code place} (2 numbers).
   */
  static ComputationGraphConfiguration graph(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .graphBuilder()
        .addInputs("left", "right")
        .addLayer("ofLeft", dense(LEFT, 6), "left")
        .addLayer("ofRight", dense(RIGHT, 4), "right")
        .addVertex("both", new MergeVertex(), "ofLeft", "ofRight")
        .addLayer("kind", softmax(10, KINDS), "both")
        .addLayer("place", output(LossFunction.MSE, Activation.IDENTITY, 10, PLACES), "both")
        .setOutputs("kind", "place")
        .build();
  }

  /** A graph of one vector, which gives the label once as a class and once as a number. */
  static ComputationGraphConfiguration classAndNumber(int features, int classes) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(0.01))
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", dense(features, 8), "in")
        .addLayer("kind", softmax(8, classes), "hidden")
        .addLayer("number", output(LossFunction.MSE, Activation.IDENTITY, 8, 1), "hidden")
        .setOutputs("kind", "number")
        .build();
  }

  /** Layers in a row, trained with Adam. */
  static MultiLayerConfiguration layers(double learningRate, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).updater(new Adam(learningRate)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.build();
  }

  static Layer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH).build();
  }

  static OutputLayer output(LossFunction loss, Activation activation, int in, int out) {
    return new OutputLayer.Builder(loss).nIn(in).nOut(out).activation(activation).build();
  }

  static OutputLayer softmax(int in, int out) {
    return output(LossFunction.MCXENT, Activation.SOFTMAX, in, out);
  }

  /** A network that tells of each step of a sequence of numbers one of two classes. */
  static MultiLayerConfiguration recurrent() {
    return layers(
        0.03,
        new LSTM.Builder().nIn(1).nOut(6).activation(Activation.TANH).build(),
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nIn(6)
            .nOut(2)
            .activation(Activation.SOFTMAX)
            .build());
  }

  /** Rows for {@link #graph}: id, left, right, kind, place, and whether a row is held back. */
  static Dataset<Row> pairs(int rowCount) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < rowCount; i++) {
      double[] left = random.doubles(LEFT, -1, 1).toArray();
      double[] right = random.doubles(RIGHT, -1, 1).toArray();
      double kind = left[0] > 0.3 ? 0 : right[0] > 0 ? 1 : 2;
      rows.add(
          RowFactory.create(
              (long) i,
              Vectors.dense(left),
              Vectors.dense(right),
              kind,
              Vectors.dense(left[1] - right[1], right[0] + left[2]),
              i % 4 == 0));
    }
    StructType schema =
        new StructType()
            .add("id", "long", false)
            .add("left", SQLDataTypes.VectorType())
            .add("right", SQLDataTypes.VectorType())
            .add("kind", "double")
            .add("place", SQLDataTypes.VectorType())
            .add("held", "boolean");
    return TestSpark.session().createDataFrame(rows, schema).coalesce(1);
  }

  /** An estimator of {@link #graph} over {@link #pairs}. */
  static NetworkEstimator ofPairs(IUpdater updater) {
    return new NetworkEstimator()
        .setConfiguration(graph(updater))
        .setFeaturesCols("left", "right")
        .setLabelCols("kind", "place")
        .setQuantizer("none")
        .setWorkers(1);
  }

  /** A model of {@link #graph} with first weights. */
  static NetworkModel model() {
    return new NetworkModel("model", NetworkSnapshot.initial(graph(new Adam(0.01))))
        .setFeaturesCols("left", "right");
  }

  /** Sequences of one to five numbers, and of each step whether it is above 0. */
  static Dataset<Row> walks(int rowCount) {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < rowCount; i++) {
      List<Double> x = random.doubles(1 + i % 5, -1, 1).boxed().toList();
      rows.add(
          RowFactory.create(
              (long) i,
              seq(x.stream().map(value -> seq(List.of(value))).toList()),
              seq(x.stream().map(value -> value > 0 ? 1 : 0).toList())));
    }
    return TestSpark.session()
        .createDataFrame(
            rows, StructType.fromDDL("id BIGINT, features ARRAY<ARRAY<DOUBLE>>, label ARRAY<INT>"))
        .coalesce(2);
  }

  private static Seq<?> seq(List<?> values) {
    return JavaConverters.asScalaBuffer(values).toSeq();
  }
}
