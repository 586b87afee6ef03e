// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Objects;

/**
 * How one block of the update, which belongs to a layer, was shared in the last round of an epoch.
 *
 * @param name name of the layer, or its number
 * @param density share of its entries that was sent, the mean over the workers
 * @param threshold the step in which it was sent; 0 where updates are sent whole
 */
public record BlockFigures(String name, double density, double threshold) {

  public BlockFigures {
    Objects.requireNonNull(name, "name");
  }
}
