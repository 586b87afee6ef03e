// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.time.Duration;
import java.util.Objects;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;

/**
 * How updates are exchanged; the same on all workers of a fit.
 *
 * @param quantizer in what form updates travel
 * @param aggregation what they become
 * @param thresholdPolicy how thresholds are chosen; {@link Quantizer#NONE} has none and ignores it
 * @param roundTimeout how long a round waits for the peers' frames before it fails
 * @param modelFingerprint stands for the network's configuration; frames of another are refused
 */
public record ExchangeConfig(
    Quantizer quantizer,
    Aggregation aggregation,
    ThresholdPolicy thresholdPolicy,
    Duration roundTimeout,
    long modelFingerprint) {

  public ExchangeConfig {
    Objects.requireNonNull(quantizer, "quantizer");
    Objects.requireNonNull(aggregation, "aggregation");
    Objects.requireNonNull(thresholdPolicy, "thresholdPolicy");
    if (roundTimeout.isZero() || roundTimeout.isNegative()) {
      throw new IllegalArgumentException("roundTimeout must be positive, but is " + roundTimeout);
    }
  }
}
