// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.util.Arrays;

/** What a pass does about a row. */
public enum LinearLoss {
  /**
   * The perceptron of several classes: only a row whose class has not the highest score moves the
   * weights, those of its class to the row and those of the winner away from it.
   */
  PERCEPTRON {
    @Override
    void steps(double[] scores, int label, double stepSize) {
      int best = 0;
      for (int i = 1; i < scores.length; i++) {
        best = scores[i] > scores[best] ? i : best;
      }
      Arrays.fill(scores, 0);
      if (best != label) {
        scores[label] = stepSize;
        scores[best] = -stepSize;
      }
    }
  },
  /** Multinomial logistic regression by stochastic gradient descent: y - softmax(scores). */
  LOGISTIC {
    @Override
    void steps(double[] scores, int label, double stepSize) {
      Softmax.inPlace(scores);
      for (int i = 0; i < scores.length; i++) {
        scores[i] = stepSize * ((i == label ? 1 : 0) - scores[i]);
      }
    }
  };

  /** Writes over the scores of the classes what multiple of the row each class's weights gain. */
  abstract void steps(double[] scores, int label, double stepSize);
}
