// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;

/**
 * A two-dimensional convolution, image by image, straight by BLAS.
 *
 * <p>The patches of one image are a small matrix that stays in the processor's cache; ND4J lays out
 * those of the whole batch, which takes longer than all products of a small network. Images and
 * their gradients are float32 [rows, channels, height, width] (see {@link ImageMemory}), weights
 * and their gradient [outputs, inputs, kernel height, kernel width], row by row, as DL4J keeps
 * them.
 *
 * <p>For one thread; its arrays are used again for every image.
 */
final class Convolution {
  private final KnownActivation activation;
  private float[] image = new float[0];
  private float[] patches = new float[0];
  private float[] values = new float[0];
  private boolean[] positive = new boolean[0]; // of the last forward pass with ReLU
  private float[] sums = new float[0];

  /** A convolution with that activation, RELU or IDENTITY. */
  Convolution(KnownActivation activation) {
    this.activation = activation;
  }

  /**
   * Writes the activations of a batch.
   *
   * @param bias float32, one for each output
   * @param work float32, room for the patches of an image
   * @param output row by row
   */
  void forward(
      PatchGrid grid,
      INDArray input,
      INDArray weights,
      float[] bias,
      INDArray work,
      INDArray output) {
    Product product = new Product(bias.length, grid.patchLength(), grid.patchCount());
    resize(grid, bias.length);
    int activations = Math.multiplyExact((int) input.size(0), values.length);
    if (activation == KnownActivation.RELU && positive.length < activations) {
      positive = new boolean[activations];
    }
    ImageMemory images = new ImageMemory(input);
    try (FloatPointer from = FloatMemory.of(input);
        FloatPointer w = FloatMemory.of(weights);
        FloatPointer p = FloatMemory.of(work);
        FloatPointer y = FloatMemory.of(output)) {
      for (int row = 0; row < input.size(0); row++) {
        images.read(from, row, image);
        grid.gather(image, patches);
        p.put(patches);
        y.position((long) row * values.length);
        product.activations(w, p, y);
        y.get(values);
        activate(bias, grid.patchCount());
        notePositive(row);
        y.put(values);
      }
    }
  }

  /**
   * Keeps what the backward pass must know of the activations, which a layer above may overwrite,
   * as those with noise do.
   */
  private void notePositive(int row) {
    if (activation == KnownActivation.RELU) {
      int first = Math.multiplyExact(row, values.length);
      for (int i = 0; i < values.length; i++) {
        positive[first + i] = values[i] > 0;
      }
    }
  }

  private void activate(float[] bias, int count) {
    float least = activation == KnownActivation.RELU ? 0 : Float.NEGATIVE_INFINITY;
    for (int output = 0, place = 0; output < bias.length; output++) {
      float shift = bias[output];
      for (int end = place + count; place < end; place++) {
        values[place] = Math.max(values[place] + shift, least);
      }
    }
  }

  /**
   * The arrays of a backward pass: what it starts from, and where its results go.
   *
   * @param biasGradient null for a layer without bias
   */
  record Backward(
      INDArray input,
      INDArray outputGradient,
      INDArray weights,
      INDArray weightGradient,
      INDArray biasGradient) {}

  /**
   * Writes the gradients of weights, bias and input for the batch of the last forward pass.
   *
   * @param work float32, room for the patches of an image
   * @param deltas float32, room for the output of an image
   * @param inputGradient row by row; null if nobody takes it
   */
  void backward(
      PatchGrid grid, Backward pass, INDArray work, INDArray deltas, INDArray inputGradient) {
    int outputs = (int) pass.weights.size(0);
    Product product = new Product(outputs, grid.patchLength(), grid.patchCount());
    resize(grid, outputs);
    sums = resized(sums, outputs);
    Arrays.fill(sums, 0);
    ImageMemory images = new ImageMemory(pass.input);
    ImageMemory gradients = new ImageMemory(pass.outputGradient);
    try (FloatPointer from = FloatMemory.of(pass.input);
        FloatPointer above = FloatMemory.of(pass.outputGradient);
        FloatPointer w = FloatMemory.of(pass.weights);
        FloatPointer g = FloatMemory.of(pass.weightGradient);
        FloatPointer p = FloatMemory.of(work);
        FloatPointer d = FloatMemory.of(deltas);
        FloatPointer below = inputGradient == null ? null : FloatMemory.of(inputGradient)) {
      for (int row = 0; row < pass.input.size(0); row++) {
        gradients.read(above, row, values);
        if (activation == KnownActivation.RELU) {
          stopAtZero(row);
        }
        addUp(grid.patchCount());
        d.put(values);
        images.read(from, row, image);
        grid.gather(image, patches);
        p.put(patches);
        product.weightGradient(d, p, g, row == 0 ? 0 : 1);
        if (below != null) {
          product.patchGradient(w, d, p);
          p.get(patches);
          Arrays.fill(image, 0);
          grid.scatter(patches, image);
          below.position((long) row * image.length).put(image);
        }
      }
    }
    if (pass.biasGradient != null) {
      try (FloatPointer to = FloatMemory.of(pass.biasGradient)) {
        to.put(sums);
      }
    }
  }

  private void stopAtZero(int row) {
    int first = row * values.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = positive[first + i] ? values[i] : 0;
    }
  }

  private void addUp(int count) {
    for (int output = 0, place = 0; output < sums.length; output++) {
      float sum = 0;
      for (int end = place + count; place < end; place++) {
        sum += values[place];
      }
      sums[output] += sum;
    }
  }

  private void resize(PatchGrid grid, int outputs) {
    image = resized(image, grid.imageLength());
    patches = resized(patches, Math.multiplyExact(grid.patchLength(), grid.patchCount()));
    values = resized(values, Math.multiplyExact(outputs, grid.patchCount()));
  }

  private static float[] resized(float[] array, int length) {
    return array.length == length ? array : new float[length];
  }
}
