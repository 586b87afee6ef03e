// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;

/**
 * A dense layer with ReLU that keeps what its forward pass has computed for the backward pass.
 *
 * <p>DL4J's own computes the product with the weights again on the way back, and the gradient of
 * the input even where nobody takes it, as below the first layer; these are two of the four large
 * products of a small network's step. Where a batch has a mask or an unusual layout, and outside of
 * training, DL4J's own code runs.
 */
final class DirectDenseLayer extends DenseLayer {
  private static final long serialVersionUID = 1L;

  private final transient Linear linear = new Linear();
  private final InputGradient inputGradient;
  private transient float[] biases = new float[0];
  private transient float[] activations = new float[0];
  private transient float[] delta = new float[0];
  private transient INDArray activatedInput; // of the pass that activations is of; or null

  DirectDenseLayer(DenseLayer replaced, InputGradient inputGradient) {
    super(replaced.conf(), DataType.FLOAT);
    this.inputGradient = inputGradient;
    LayerState.copy(replaced, this);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    activatedInput = null;
    if (!training || maskArray != null || input == null || !FloatMatrix.isRowByRow(input)) {
      return super.activate(training, workspaces);
    }
    INDArray weights = getParam(DefaultParamInitializer.WEIGHT_KEY);
    if (input.size(1) != weights.size(0)) {
      return super.activate(true, workspaces); // which tells what does not fit
    }
    long[] shape = {input.size(0), weights.size(1)};
    INDArray output =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape, 'c');
    linear.multiply(input, weights, output);
    activations = resized(activations, output);
    float[] bias = linear.bias(getParam(DefaultParamInitializer.BIAS_KEY), (int) shape[1]);
    try (FloatPointer memory = FloatMemory.of(output)) {
      memory.get(activations);
      biases = KnownActivation.repeat(bias, activations.length, biases);
      KnownActivation.RELU.apply(activations, activations.length, bias, biases);
      memory.put(activations);
    }
    activatedInput = input;
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (activatedInput == null || activatedInput != input) {
      return super.backpropGradient(epsilon, workspaces);
    }
    activatedInput = null;
    INDArray above = FloatMatrix.isRowByRow(epsilon) ? epsilon : epsilon.dup('c');
    delta = resized(delta, above);
    INDArray deltas =
        workspaces.createUninitialized(
            ArrayType.BP_WORKING_MEM, DataType.FLOAT, above.shape(), 'c');
    try (FloatPointer from = FloatMemory.of(above);
        FloatPointer to = FloatMemory.of(deltas)) {
      from.get(delta);
      for (int i = 0; i < delta.length; i++) {
        delta[i] = activations[i] > 0 ? delta[i] : 0;
      }
      to.put(delta);
    }
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      INDArray bias = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
      linear.biasGradient(delta, (int) above.size(0), bias);
      gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, bias);
    }
    INDArray weights = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    linear.weightGradient(input, deltas, weights);
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weights);
    return new Pair<>(gradient, below(deltas, workspaces));
  }

  private INDArray below(INDArray deltas, LayerWorkspaceMgr workspaces) {
    if (inputGradient == InputGradient.UNUSED) {
      return null;
    }
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    linear.inputGradient(deltas, getParam(DefaultParamInitializer.WEIGHT_KEY), below);
    return below;
  }

  private static float[] resized(float[] array, INDArray like) {
    int length = Math.toIntExact(like.length());
    return array.length == length ? array : new float[length];
  }

  @Override
  public void clear() {
    super.clear();
    activatedInput = null;
  }

  @Override
  public Layer clone() {
    throw new UnsupportedOperationException("a direct layer belongs to one network");
  }
}
