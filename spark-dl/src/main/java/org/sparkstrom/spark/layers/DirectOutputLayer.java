// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.sparkstrom.spark.network.FloatMemory;

/**
 * An output layer with softmax and cross entropy whose loss and gradient come from one evaluation.
 *
 * <p>DL4J's own evaluates the layer for the gradient and again for the loss, in some twenty native
 * calls. Where labels have a mask or an unusual layout, or another loss stands in the configuration
 * for the time of a batch, as one that weighs rows, DL4J's own code runs.
 */
final class DirectOutputLayer extends OutputLayer {
  private static final long serialVersionUID = 1L;

  private final transient Linear linear = new Linear();
  private final transient SoftmaxLoss loss;
  private final transient ILossFunction standsFor;
  private transient float[] values = new float[0];
  private transient float[] target = new float[0];
  private transient INDArray scoredInput; // what lossSum is of; null for nothing
  private transient double lossSum;

  DirectOutputLayer(OutputLayer replaced, SoftmaxLoss loss) {
    super(replaced.conf(), DataType.FLOAT);
    this.loss = loss;
    this.standsFor = replaced.layerConf().getLossFn();
    LayerState.copy(replaced, this);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    scoredInput = null;
    INDArray weights = getParam(DefaultParamInitializer.WEIGHT_KEY);
    if (!isDirect(weights)) {
      return super.backpropGradient(epsilon, workspaces);
    }
    int rows = (int) input.size(0);
    int outputs = (int) weights.size(1);
    INDArray deltas =
        workspaces.createUninitialized(
            ArrayType.BP_WORKING_MEM, DataType.FLOAT, new long[] {rows, outputs}, 'c');
    linear.multiply(input, weights, deltas);
    if (values.length != rows * outputs) {
      values = new float[rows * outputs];
      target = new float[rows * outputs];
    }
    float[] bias = linear.bias(getParam(DefaultParamInitializer.BIAS_KEY), outputs);
    try (FloatPointer memory = FloatMemory.of(deltas);
        FloatPointer labelMemory = FloatMemory.of(labels)) {
      memory.get(values);
      labelMemory.get(target);
      lossSum = loss.evaluate(values, target, bias);
      memory.put(values);
    }
    scoredInput = input;
    Gradient gradient = new DefaultGradient();
    INDArray weightGradient = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    linear.weightGradient(input, deltas, weightGradient);
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weightGradient);
    if (hasBias()) {
      INDArray biasGradient = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
      linear.biasGradient(values, rows, biasGradient);
      gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, biasGradient);
    }
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    linear.inputGradient(deltas, weights, below);
    return new Pair<>(gradient, below);
  }

  private boolean isDirect(INDArray weights) {
    return maskArray == null
        && layerConf().getLossFn() == standsFor
        && input != null
        && FloatMatrix.isRowByRow(input)
        && input.size(1) == weights.size(0)
        && labels != null
        && FloatMatrix.isRowByRow(labels)
        && labels.size(0) == input.size(0)
        && labels.size(1) == weights.size(1);
  }

  @Override
  public double computeScore(
      double regularization, boolean training, LayerWorkspaceMgr workspaces) {
    if (scoredInput == null || scoredInput != input || !training) {
      return super.computeScore(regularization, training, workspaces);
    }
    scoredInput = null;
    double mean = conf().isMiniBatch() ? lossSum / input.size(0) : lossSum;
    score = mean + regularization;
    return score;
  }

  @Override
  public void clear() {
    super.clear();
    scoredInput = null;
  }

  @Override
  public Layer clone() {
    throw new UnsupportedOperationException("a direct layer belongs to one network");
  }
}
