// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.io.Serializable;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/**
 * A row to train on, as its features that are not 0: a vector is the same row whether it was stored
 * dense or sparse. A class and no record, as Spark may serialize it with Kryo.
 */
public final class LinearRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int label;
  private final double weight;
  private final int size;
  private final int[] indices;
  private final double[] values;

  /** A row of this class that counts so much. */
  public LinearRow(int label, double weight, Vector features) {
    this.label = label;
    this.weight = weight;
    this.size = features.size();
    SparseVector sparse = features.toSparse(); // without zeros that are stored
    this.indices = sparse.indices();
    this.values = sparse.values();
  }

  int label() {
    return label;
  }

  double weight() {
    return weight;
  }

  /** Number of features, zeros included. */
  int size() {
    return size;
  }

  /** Adds a multiple of the features to the weights of a class, which begin at an offset. */
  void addTo(double[] weights, int offset, double factor) {
    for (int i = 0; i < indices.length; i++) {
      weights[offset + indices[i]] += factor * values[i];
    }
  }

  /** The sum of the features by the weights of a class, in the order of the features. */
  double dot(double[] weights, int offset) {
    double sum = 0;
    for (int i = 0; i < indices.length; i++) {
      sum += weights[offset + indices[i]] * values[i];
    }
    return sum;
  }
}
