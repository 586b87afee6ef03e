// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sparkstrom.spark.network.NetworkOutput;

/**
 * How much each class counts at each output of a network: 1, unless the user says otherwise.
 *
 * <p>Immutable.
 */
final class ClassWeights implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int output;
  private final double[] weights;

  private ClassWeights(int output, double[] weights) {
    this.output = output;
    this.weights = weights;
  }

  /**
   * Weights for the classes of a network.
   *
   * @param byClass class index to weight; classes that are not in it weigh 1
   * @throws IllegalArgumentException if the network does not have exactly one output of classes, or
   *     not these classes, or a weight is negative or not finite
   */
  static ClassWeights of(Map<Integer, Double> byClass, List<NetworkOutput> outputs) {
    if (byClass.isEmpty()) {
      return new ClassWeights(-1, new double[0]);
    }
    int[] ofClasses =
        IntStream.range(0, outputs.size())
            .filter(i -> outputs.get(i).labels() == NetworkOutput.LabelKind.CLASS_INDEX)
            .toArray();
    if (ofClasses.length != 1) {
      throw new IllegalArgumentException(
          "classWeights need a network with exactly one output of classes, but of its outputs %s there are %d; use a weight column instead"
              .formatted(outputs.stream().map(NetworkOutput::name).toList(), ofClasses.length));
    }
    double[] weights = new double[outputs.get(ofClasses[0]).size()];
    Arrays.fill(weights, 1);
    byClass.forEach(
        (index, weight) -> {
          if (index < 0 || index >= weights.length || !Double.isFinite(weight) || weight < 0) {
            throw new IllegalArgumentException(
                "classWeights must map classes from 0 to %d to finite numbers that are at least 0, but class %d has %s"
                    .formatted(weights.length - 1, index, weight));
          }
          weights[index] = weight;
        });
    return new ClassWeights(ofClasses[0], weights);
  }

  /** True if classes of that output may weigh more or less than 1. */
  boolean apply(int ofOutput) {
    return ofOutput == output;
  }

  /** Weight of a class at an output that they apply to. */
  double weight(int classIndex) {
    return weights[classIndex];
  }
}
