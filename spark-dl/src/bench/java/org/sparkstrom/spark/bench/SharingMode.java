// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.time.Duration;
import java.util.Locale;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.ReplicaState;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A way to share updates that is compared with dense sharing.
 *
 * <p>Another one needs an entry here and nothing else: results list all.
 */
enum SharingMode {
  /** Whole float32 updates in step: the oracle. */
  DENSE(Quantizer.NONE, Synchrony.SYNC, 0),

  /** Multiples of thresholds in step. */
  THRESHOLD(Quantizer.THRESHOLD, Synchrony.SYNC, 0.3),

  /** Multiples of thresholds, one round late. */
  PIPELINED(Quantizer.THRESHOLD, Synchrony.PIPELINED, 0.3),

  /** Multiples of thresholds, applied as they arrive. */
  ASYNC(Quantizer.THRESHOLD, Synchrony.ASYNC, 0.5);

  /** How many times fewer bytes than float32 a mode must send, warm-up included. */
  static final double LEAST_BYTES_RATIO = 300;

  private static final Duration ROUND_TIMEOUT = Duration.ofSeconds(60);

  private final Quantizer quantizer;
  private final Synchrony synchrony;
  private final double gapLimitPoints;

  SharingMode(Quantizer quantizer, Synchrony synchrony, double gapLimitPoints) {
    this.quantizer = quantizer;
    this.synchrony = synchrony;
    this.gapLimitPoints = gapLimitPoints;
  }

  /** The name in results. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Percentage points of accuracy that this mode may fall short of dense sharing. */
  double gapLimitPoints() {
    return gapLimitPoints;
  }

  /** The exchange of one worker; a policy is there for all, also for those that need none. */
  UpdateExchange open(
      Peering peering, BlockLayout layout, NetworkSnapshot initial, ThresholdPolicy policy) {
    ExchangeConfig config =
        new ExchangeConfig(
                quantizer, Aggregation.MEAN, policy, ROUND_TIMEOUT, initial.fingerprint())
            .with(synchrony);
    return UpdateExchange.open(peering, layout, config, initial.parameters(), ReplicaState.NONE);
  }
}
