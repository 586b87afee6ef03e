// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks beyond a row of dense layers, with batches that fit them. */
public final class TestNetworks {

  private TestNetworks() {}

  /**
   * A graph with the inputs {@code point} [4] and {@code walk} (sequence of [3]) and the outputs
   * {@code kind} (3 classes) and {@code place} (2 numbers).
   */
  public static ComputationGraphConfiguration graph(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .graphBuilder()
        .addInputs("point", "walk")
        .addLayer("dense", new DenseLayer.Builder().nIn(4).nOut(6).build(), "point")
        .addLayer("steps", new LastTimeStep(new LSTM.Builder().nIn(3).nOut(6).build()), "walk")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "dense", "steps")
        .addVertex("both", new MergeVertex(), "sum", "dense")
        .addLayer("kind", softmax(12, 3), "both")
        .addLayer(
            "place",
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(6)
                .nOut(2)
                .activation(Activation.IDENTITY)
                .build(),
            "sum")
        .setOutputs("kind", "place")
        .build();
  }

  /** A batch for {@link #graph}, with walks of one to five steps. */
  public static MultiDataSet graphBatch(int rows, long seed) {
    Random random = new Random(seed);
    return new MultiDataSet(
        new INDArray[] {values(random, rows, 4), values(random, rows, 3, 5)},
        new INDArray[] {classes(random, rows, 3), values(random, rows, 2)},
        new INDArray[] {null, lengths(random, rows, 5)},
        null);
  }

  /** An output layer of classes. */
  public static OutputLayer softmax(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** An output layer of a class for each step. */
  public static RnnOutputLayer rnnSoftmax(int in, int out) {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** Values from -1 to 1, float32 of that shape. */
  public static INDArray values(Random random, long... shape) {
    float[] values = new float[Math.toIntExact(product(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return Nd4j.create(values, shape, 'c');
  }

  /** One-hot classes, float32 [rows, classes]. */
  public static INDArray classes(Random random, int rows, int classes) {
    float[] oneHot = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      oneHot[row * classes + random.nextInt(classes)] = 1f;
    }
    return Nd4j.create(oneHot, new long[] {rows, classes}, 'c');
  }

  /** A mask of sequences with one to {@code steps} steps, float32 [rows, steps]. */
  public static INDArray lengths(Random random, int rows, int steps) {
    float[] mask = new float[rows * steps];
    for (int row = 0; row < rows; row++) {
      int length = row == 0 ? steps : 1 + random.nextInt(steps);
      for (int step = 0; step < length; step++) {
        mask[row * steps + step] = 1f;
      }
    }
    return Nd4j.create(mask, new long[] {rows, steps}, 'c');
  }

  private static long product(long... shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }
}
