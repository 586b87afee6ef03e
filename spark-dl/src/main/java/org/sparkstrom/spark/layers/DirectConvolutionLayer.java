// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;

/**
 * A two-dimensional convolution with ReLU or without activation, image by image.
 *
 * <p>Of a LeNet's time in DL4J's own layers, half is spent on copying permuted arrays element by
 * element, and two per cent in matrix products. Where a batch has a mask or an unusual layout,
 * DL4J's own code runs. {@link Convolution} has the arithmetic.
 */
final class DirectConvolutionLayer extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private final transient Convolution convolution;
  private final InputGradient inputGradient;
  private transient float[] bias = new float[0];
  private transient INDArray activatedInput; // of the last pass, if it was one of training

  DirectConvolutionLayer(
      ConvolutionLayer replaced, KnownActivation activation, InputGradient inputGradient) {
    super(replaced.conf(), DataType.FLOAT);
    this.convolution = new Convolution(activation);
    this.inputGradient = inputGradient;
    LayerState.copy(replaced, this);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    forget();
    INDArray weights = getParam(ConvolutionParamInitializer.WEIGHT_KEY);
    if (maskArray != null
        || input == null
        || !ImageMemory.holds(input)
        || input.size(1) != weights.size(1)) {
      return super.activate(training, workspaces); // which also tells what does not fit
    }
    PatchGrid grid = PatchGrid.of(input, layerConf(), convolutionMode);
    long[] shape = {input.size(0), weights.size(0), grid.output().height(), grid.output().width()};
    INDArray output =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape, 'c');
    INDArray work = work(ArrayType.FF_WORKING_MEM, grid.patchLength(), grid, workspaces);
    convolution.forward(grid, input, weights, readBias((int) shape[1]), work, output);
    if (training) {
      activatedInput = input;
    }
    return output;
  }

  private float[] readBias(int outputs) {
    if (bias.length != outputs) {
      bias = new float[outputs]; // stays 0 without a bias
    }
    if (hasBias()) {
      try (FloatPointer from = FloatMemory.of(getParam(ConvolutionParamInitializer.BIAS_KEY))) {
        from.get(bias);
      }
    }
    return bias;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (activatedInput == null || activatedInput != input) {
      return super.backpropGradient(epsilon, workspaces);
    }
    PatchGrid grid = PatchGrid.of(input, layerConf(), convolutionMode);
    INDArray weights = getParam(ConvolutionParamInitializer.WEIGHT_KEY);
    INDArray weightGradient = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
    INDArray above = ImageMemory.holds(epsilon) ? epsilon : epsilon.dup('c');
    INDArray biasGradient =
        hasBias() ? gradientViews.get(ConvolutionParamInitializer.BIAS_KEY) : null;
    INDArray work = work(ArrayType.BP_WORKING_MEM, grid.patchLength(), grid, workspaces);
    INDArray deltas = work(ArrayType.BP_WORKING_MEM, (int) weights.size(0), grid, workspaces);
    INDArray below =
        inputGradient == InputGradient.UNUSED
            ? null
            : workspaces.createUninitialized(
                ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    convolution.backward(
        grid,
        new Convolution.Backward(input, above, weights, weightGradient, biasGradient),
        work,
        deltas,
        below);
    forget();
    Gradient gradient = new DefaultGradient();
    if (biasGradient != null) {
      gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasGradient);
    }
    gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightGradient, 'c');
    return new Pair<>(gradient, below);
  }

  /** Room for a value of each patch, as often as there are rows. */
  private static INDArray work(
      ArrayType kind, int rows, PatchGrid grid, LayerWorkspaceMgr workspaces) {
    return workspaces.createUninitialized(
        kind, DataType.FLOAT, new long[] {rows, grid.patchCount()}, 'c');
  }

  private void forget() {
    activatedInput = null;
  }

  @Override
  public void clear() {
    super.clear();
    forget();
  }

  @Override
  public Layer clone() {
    throw new UnsupportedOperationException("a direct layer belongs to one network");
  }
}
