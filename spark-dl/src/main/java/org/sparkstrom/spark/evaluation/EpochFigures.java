// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was measured in one epoch of a fit, over all workers.
 *
 * @param epoch 0-based, counted from the network's first
 * @param loss mean training loss of the batches; NaN if none was trained
 * @param validation figures on validation rows by name; empty without validation
 */
public record EpochFigures(int epoch, double loss, Map<String, Double> validation)
    implements Serializable {

  public EpochFigures {
    validation = Collections.unmodifiableMap(new TreeMap<>(validation));
  }
}
