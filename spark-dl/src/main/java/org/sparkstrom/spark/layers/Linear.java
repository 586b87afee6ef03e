// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;

/**
 * The matrix products of a dense layer, straight by BLAS.
 *
 * <p>ND4J makes a call with several objects for each product, bias and activation, which takes
 * longer than the arithmetic where batches are small. Inputs, outputs and their gradients are
 * float32 [rows, columns], row by row; weights and their gradient are [inputs, outputs], column by
 * column, as DL4J keeps them. To BLAS, which counts by columns here, the former are transposed.
 */
final class Linear {
  private float[] bias = new float[0];

  /** Writes input times weights to the output; without the bias. */
  void multiply(INDArray input, INDArray weights, INDArray output) {
    int rows = size(input, 0);
    int in = size(weights, 0);
    int out = size(weights, 1);
    try (FloatPointer w = FloatMemory.of(weights);
        FloatPointer x = FloatMemory.of(input);
        FloatPointer y = FloatMemory.of(output)) {
      cblas_sgemm(
          CblasColMajor, CblasTrans, CblasNoTrans, out, rows, in, 1, w, in, x, in, 0, y, out);
    }
  }

  /** Writes the gradient of the weights: the input's transpose times that of the output. */
  void weightGradient(INDArray input, INDArray outputGradient, INDArray gradient) {
    int rows = size(input, 0);
    int in = size(gradient, 0);
    int out = size(gradient, 1);
    try (FloatPointer x = FloatMemory.of(input);
        FloatPointer d = FloatMemory.of(outputGradient);
        FloatPointer g = FloatMemory.of(gradient)) {
      cblas_sgemm(
          CblasColMajor, CblasNoTrans, CblasTrans, in, out, rows, 1, x, in, d, out, 0, g, in);
    }
  }

  /** Writes the gradient of the input: that of the output times the weights' transpose. */
  void inputGradient(INDArray outputGradient, INDArray weights, INDArray gradient) {
    int rows = size(outputGradient, 0);
    int in = size(weights, 0);
    int out = size(weights, 1);
    try (FloatPointer w = FloatMemory.of(weights);
        FloatPointer d = FloatMemory.of(outputGradient);
        FloatPointer g = FloatMemory.of(gradient)) {
      cblas_sgemm(
          CblasColMajor, CblasNoTrans, CblasNoTrans, in, rows, out, 1, w, in, d, out, 0, g, in);
    }
  }

  /** The values of a bias; zeros for none. The same array until the next call. */
  float[] bias(INDArray values, int outputs) {
    if (bias.length != outputs) {
      bias = new float[outputs];
    }
    if (values == null) {
      Arrays.fill(bias, 0);
    } else {
      try (FloatPointer from = FloatMemory.of(values)) {
        from.get(bias);
      }
    }
    return bias;
  }

  /** Writes the gradient of the bias: the sums of the output's columns. */
  void biasGradient(float[] outputGradient, int rows, INDArray gradient) {
    int out = Math.toIntExact(gradient.length());
    if (bias.length != out) {
      bias = new float[out];
    }
    float[] sums = bias;
    Arrays.fill(sums, 0);
    for (int row = 0, place = 0; row < rows; row++) {
      for (int i = 0; i < out; i++, place++) {
        sums[i] += outputGradient[place];
      }
    }
    try (FloatPointer to = FloatMemory.of(gradient)) {
      to.put(sums);
    }
  }

  private static int size(INDArray array, int dimension) {
    return Math.toIntExact(array.size(dimension));
  }
}
