// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.Objects;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * How prediction runs.
 *
 * @param featuresCol column of the features
 * @param batchSize rows that go through the network at once
 * @param handleInvalid what happens to rows with null or non-finite features
 */
public record PredictionConfig(String featuresCol, int batchSize, HandleInvalid handleInvalid)
    implements Serializable {

  public PredictionConfig {
    Objects.requireNonNull(featuresCol, "featuresCol");
    Objects.requireNonNull(handleInvalid, "handleInvalid");
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, but is " + batchSize);
    }
  }
}
