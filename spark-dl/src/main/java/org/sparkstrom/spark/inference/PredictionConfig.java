// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * How prediction runs.
 *
 * @param featuresCols a column for each input of the network, in its order
 * @param batch how much goes through the network at once
 * @param handleInvalid what happens to rows with null or non-finite features
 */
public record PredictionConfig(
    List<String> featuresCols, BatchLimit batch, HandleInvalid handleInvalid)
    implements Serializable {

  public PredictionConfig {
    featuresCols = List.copyOf(featuresCols);
    Objects.requireNonNull(batch, "batch");
    Objects.requireNonNull(handleInvalid, "handleInvalid");
  }

  /** For a network with one input, in batches of so many rows. */
  public PredictionConfig(String featuresCol, int batchSize, HandleInvalid handleInvalid) {
    this(List.of(featuresCol), BatchLimit.ofRows(batchSize), handleInvalid);
  }
}
