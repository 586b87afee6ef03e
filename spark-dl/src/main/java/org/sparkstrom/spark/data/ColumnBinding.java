// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Objects;

/**
 * Names the columns that training reads.
 *
 * @param features column of the features: a vector, an array of numbers, or one number
 * @param label column of the label: a number that holds the class index, 0-based
 */
public record ColumnBinding(String features, String label) implements Serializable {

  public ColumnBinding {
    Objects.requireNonNull(features, "features");
    Objects.requireNonNull(label, "label");
    if (features.equals(label)) {
      throw new IllegalArgumentException(
          "features and label must be two columns, but both are '" + features + "'");
    }
  }
}
