// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss in which each row, or step, counts as much as its weight: the loss of a layer for the time
 * of one batch.
 *
 * <p>DL4J 1.0.0-M2.1 has masks for this, but multiplies what goes into the activation by them too,
 * so that only 0 and 1 give the right loss.
 */
final class WeightedLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final ILossFunction loss;
  private final transient INDArray weights;

  /**
   * A weighted loss.
   *
   * @param weights float32 [rows, 1], or [rows * steps, 1] in DL4J's order; stays the caller's
   */
  WeightedLoss(ILossFunction loss, INDArray weights) {
    this.loss = loss;
    this.weights = weights;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, preOutput, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    INDArray scores = loss.computeScoreArray(labels, preOutput, activation, mask);
    return scores.reshape(scores.length(), 1).muliColumnVector(weights);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return loss.computeGradient(labels, preOutput, activation, mask).muliColumnVector(weights);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput.dup(), activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  @Override
  public String name() {
    return loss.name();
  }
}
