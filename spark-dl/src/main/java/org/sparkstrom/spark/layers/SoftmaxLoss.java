// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

/**
 * Softmax and multi-class cross entropy in one: the loss and its gradient.
 *
 * @param clip probabilities closer to 0 or 1 than this count as that in the loss, as in DL4J
 */
record SoftmaxLoss(double clip) {

  /**
   * Evaluates a batch.
   *
   * @param values float32 [rows, classes]: activations without bias; becomes the gradient of the
   *     loss by them, probability minus label
   * @param labels float32 [rows, classes]
   * @param bias float32 [classes]
   * @return sum of the rows' losses
   */
  double evaluate(float[] values, float[] labels, float[] bias) {
    int classes = bias.length;
    double sum = 0;
    for (int row = 0; row < values.length; row += classes) {
      sum += evaluateRow(values, labels, bias, row);
    }
    return sum;
  }

  private double evaluateRow(float[] values, float[] labels, float[] bias, int from) {
    float total = KnownActivation.exponentiate(values, from, bias);
    double loss = 0;
    for (int i = 0; i < bias.length; i++) {
      float probability = values[from + i] / total;
      float label = labels[from + i];
      if (label != 0) {
        loss -= label * Math.log(Math.min(Math.max(probability, clip), 1 - clip));
      }
      values[from + i] = probability - label;
    }
    return loss;
  }
}
