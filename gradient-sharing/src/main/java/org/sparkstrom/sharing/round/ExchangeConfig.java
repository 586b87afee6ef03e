// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.time.Duration;
import java.util.Objects;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.sharing.topology.Topology;
import org.sparkstrom.sharing.wire.FrameScope;

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
 *     rounds in step; with {@link Quantizer#AUTO} the most that may be chosen
 * @param topology how updates get from each worker to all others; regions only with rounds in step
 *     and thresholds, in a view that does not change
 */
public record ExchangeConfig(
    Quantizer quantizer,
    Aggregation aggregation,
    ThresholdPolicy thresholdPolicy,
    Duration roundTimeout,
    long modelFingerprint,
    Synchrony synchrony,
    int localSteps,
    Topology topology) {

  public ExchangeConfig {
    Objects.requireNonNull(quantizer, "quantizer");
    Objects.requireNonNull(aggregation, "aggregation");
    Objects.requireNonNull(thresholdPolicy, "thresholdPolicy");
    Objects.requireNonNull(synchrony, "synchrony");
    Objects.requireNonNull(topology, "topology");
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
    if (quantizer == Quantizer.AUTO && synchrony != Synchrony.SYNC) {
      throw new IllegalArgumentException(
          "the quantizer AUTO needs the synchrony SYNC, in which a round takes what it costs, but"
              + " has "
              + synchrony
              + "; choose FLOAT16 or THRESHOLD for it");
    }
    if (topology == Topology.REGIONS
        && (quantizer != Quantizer.THRESHOLD || synchrony != Synchrony.SYNC)) {
      throw new IllegalArgumentException(
          "the topology REGIONS needs the quantizer THRESHOLD and the synchrony SYNC, but has "
              + quantizer
              + " and "
              + synchrony
              + "; a mesh has the others");
    }
    if (synchrony == Synchrony.ASYNC && quantizer != Quantizer.THRESHOLD) {
      throw new IllegalArgumentException(
          "the synchrony ASYNC needs the quantizer THRESHOLD, whose integers add up in any order,"
              + " but the quantizer is "
              + quantizer);
    }
  }

  /** Rounds in step in a mesh, each update shared by itself. */
  public ExchangeConfig(
      Quantizer quantizer,
      Aggregation aggregation,
      ThresholdPolicy thresholdPolicy,
      Duration roundTimeout,
      long modelFingerprint) {
    this(
        quantizer,
        aggregation,
        thresholdPolicy,
        roundTimeout,
        modelFingerprint,
        Synchrony.SYNC,
        1,
        Topology.MESH);
  }

  /** The same with another synchrony. */
  public ExchangeConfig with(Synchrony other) {
    return with(other, localSteps, topology);
  }

  /** The same with another number of local steps. */
  public ExchangeConfig withLocalSteps(int steps) {
    return with(synchrony, steps, topology);
  }

  /** The same with another topology. */
  public ExchangeConfig with(Topology other) {
    return with(synchrony, localSteps, other);
  }

  /** True if these settings and so many workers make regions of the mesh. */
  boolean usesRegions(int workers) {
    boolean possible = quantizer == Quantizer.THRESHOLD && synchrony == Synchrony.SYNC;
    return topology == Topology.REGIONS
        || (possible && topology.resolve(workers) == Topology.REGIONS);
  }

  /** What all frames of a view have in common. */
  FrameScope scope(View view, BlockLayout layout) {
    return new FrameScope(view.sessionId(), view.number(), modelFingerprint, quantizer, layout);
  }

  private ExchangeConfig with(Synchrony newSynchrony, int newLocalSteps, Topology newTopology) {
    return new ExchangeConfig(
        quantizer,
        aggregation,
        thresholdPolicy,
        roundTimeout,
        modelFingerprint,
        newSynchrony,
        newLocalSteps,
        newTopology);
  }
}
