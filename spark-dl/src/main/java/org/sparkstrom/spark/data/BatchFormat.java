// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Objects;

/**
 * All that a worker must know of the data to make batches of packed rows.
 *
 * @param layout how rows are packed
 * @param weights what rows and classes count
 */
public record BatchFormat(RowLayout layout, LabelWeights weights) implements Serializable {

  public BatchFormat {
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(weights, "weights");
  }
}
