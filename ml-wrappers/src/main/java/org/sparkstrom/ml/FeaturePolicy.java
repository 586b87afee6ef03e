// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * What a linear classifier does about features that are null or not finite, alike in training and
 * in prediction.
 *
 * @param column that errors name
 */
record FeaturePolicy(String column, HandleInvalid policy) implements Serializable {

  /** Whether a row goes on: all do that are not to be skipped. */
  boolean takes(Vector features) {
    return policy != HandleInvalid.SKIP || isValid(features);
  }

  /**
   * The features to reckon with.
   *
   * @param size number of features of a row that has none
   * @throws IllegalArgumentException if they are invalid and the policy is error
   */
  Vector clean(Vector features, int size) {
    if (isValid(features)) {
      return features;
    }
    if (policy != HandleInvalid.KEEP) {
      throw new IllegalArgumentException(
          "features must be finite numbers, but column '%s' has %s; set handleInvalid to skip or keep, or fill them"
              .formatted(column, features == null ? "a null" : "one that is not"));
    }
    if (features == null) {
      return Vectors.sparse(size, new int[0], new double[0]);
    }
    SparseVector sparse = features.toSparse();
    double[] values = sparse.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] : 0;
    }
    return Vectors.sparse(sparse.size(), sparse.indices(), values);
  }

  private static boolean isValid(Vector features) {
    if (features == null) {
      return false;
    }
    for (double value : features.toSparse().values()) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
