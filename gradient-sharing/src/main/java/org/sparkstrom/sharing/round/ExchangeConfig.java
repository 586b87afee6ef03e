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
 * @param synchrony how long a replica goes on without its peers' updates
 * @param localSteps updates of a worker that are added up before they are shared; above 1 only with
 *     rounds in step
 */
public record ExchangeConfig(
    Quantizer quantizer,
    Aggregation aggregation,
    ThresholdPolicy thresholdPolicy,
    Duration roundTimeout,
    long modelFingerprint,
    Synchrony synchrony,
    int localSteps) {

  public ExchangeConfig {
    Objects.requireNonNull(quantizer, "quantizer");
    Objects.requireNonNull(aggregation, "aggregation");
    Objects.requireNonNull(thresholdPolicy, "thresholdPolicy");
    Objects.requireNonNull(synchrony, "synchrony");
    if (roundTimeout.isZero() || roundTimeout.isNegative()) {
      throw new IllegalArgumentException("roundTimeout must be positive, but is " + roundTimeout);
    }
    if (localSteps < 1) {
      throw new IllegalArgumentException("localSteps must be at least 1, but is " + localSteps);
    }
    if (localSteps > 1 && synchrony != Synchrony.SYNC) {
      throw new IllegalArgumentException(
          "localSteps must be 1 unless rounds are in step (SYNC), but is "
              + localSteps
              + " with "
              + synchrony);
    }
    if (synchrony == Synchrony.ASYNC && quantizer != Quantizer.THRESHOLD) {
      throw new IllegalArgumentException(
          "the synchrony ASYNC needs the quantizer THRESHOLD, whose integers add up in any order,"
              + " but the quantizer is "
              + quantizer);
    }
  }

  /** The same, with rounds in step. */
  public ExchangeConfig(
      Quantizer quantizer,
      Aggregation aggregation,
      ThresholdPolicy thresholdPolicy,
      Duration roundTimeout,
      long modelFingerprint) {
    this(
        quantizer, aggregation, thresholdPolicy, roundTimeout, modelFingerprint, Synchrony.SYNC, 1);
  }

  /** The same with another synchrony. */
  public ExchangeConfig with(Synchrony other) {
    return new ExchangeConfig(
        quantizer, aggregation, thresholdPolicy, roundTimeout, modelFingerprint, other, localSteps);
  }

  /** The same with another number of local steps. */
  public ExchangeConfig withLocalSteps(int steps) {
    return new ExchangeConfig(
        quantizer, aggregation, thresholdPolicy, roundTimeout, modelFingerprint, synchrony, steps);
  }
}
