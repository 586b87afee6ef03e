// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.cost;

import java.util.Objects;
import java.util.OptionalDouble;
import org.sparkstrom.sharing.codec.Quantizer;

/**
 * Predicts what a training step takes in each way of sharing, and chooses one.
 *
 * <p>It exists because compression does not always pay: S. Agarwal et al., "On the utility of
 * gradient compression in distributed training systems" (2022), show that on fast links encoding
 * takes longer than it saves. A step with H local steps a round takes
 *
 * <pre>
 *   compute + (codec + link) / H
 * </pre>
 *
 * where codec and link are those of the form of payloads. What is predicted for H = 1 is what was
 * measured; nothing is derived from sizes, so the link need not be linear in them.
 *
 * <p>Whole float16 updates lose nothing, so another form must earn its place ({@link #GAIN}), and
 * local steps change the course of training more than thresholds do, so they come only where the
 * exchange dominates ({@link #DOMINANCE}) and the caller allows them.
 *
 * <p>All results follow from the costs in operations that every JVM rounds alike, so workers with
 * the same costs choose the same. Immutable and thread-safe.
 *
 * @param costs what was measured of all workers
 */
public record CostModel(SharingCosts costs) {
  /** Thresholds must make a step shorter by this share; less is within the noise of medians. */
  public static final double GAIN = 0.05;

  /** The exchange dominates if it takes this many times as long as the computing. */
  public static final double DOMINANCE = 2;

  private static final double NS_PER_S = 1e9;

  public CostModel {
    Objects.requireNonNull(costs, "costs");
  }

  /**
   * Nanoseconds that a step takes.
   *
   * @param form {@link Quantizer#FLOAT16} or {@link Quantizer#THRESHOLD}
   * @param localSteps steps of a worker in a round
   */
  public double stepNs(Quantizer form, int localSteps) {
    return costs.computeNs() + (double) cost(form).exchangeNs() / localSteps;
  }

  /** How many times as long as a step of whole float16 updates a choice's step takes. */
  public double timeOverDense(ModeChoice choice) {
    return stepNs(choice.quantizer(), choice.localSteps()) / stepNs(Quantizer.FLOAT16, 1);
  }

  private RoundCost cost(Quantizer form) {
    return switch (form) {
      case FLOAT16 -> costs.dense();
      case THRESHOLD -> costs.threshold();
      case NONE, AUTO ->
          throw new IllegalArgumentException(
              "costs are known of FLOAT16 and THRESHOLD, but not of " + form);
    };
  }

  /**
   * Bytes a second in which a payload gets to all peers, sealing included; empty if the longer
   * payload did not take longer, as where the link's time is all latency.
   */
  public OptionalDouble bytesPerSecond() {
    long bytes = costs.dense().payloadBytes() - costs.threshold().payloadBytes();
    long ns = costs.dense().linkNs() - costs.threshold().linkNs();
    return bytes > 0 && ns > 0 ? OptionalDouble.of(bytes * NS_PER_S / ns) : OptionalDouble.empty();
  }

  /** Nanoseconds of the link that a payload of any length takes. */
  public double latencyNs() {
    RoundCost shorter = costs.threshold();
    OptionalDouble rate = bytesPerSecond();
    return rate.isPresent()
        ? Math.max(0, shorter.linkNs() - shorter.payloadBytes() * NS_PER_S / rate.getAsDouble())
        : Math.min(shorter.linkNs(), costs.dense().linkNs());
  }

  /**
   * The way of sharing in which a step is shortest, within the limits that the class doc gives.
   *
   * @param round the first round that is shared so
   * @param mostLocalSteps local steps that the caller allows in a round; 1 for none
   */
  public ModeChoice choose(long round, int mostLocalSteps) {
    double dense = stepNs(Quantizer.FLOAT16, 1);
    boolean pays = stepNs(Quantizer.THRESHOLD, 1) < (1 - GAIN) * dense;
    Quantizer form = pays ? Quantizer.THRESHOLD : Quantizer.FLOAT16;
    return new ModeChoice(form, localSteps(cost(form), mostLocalSteps), round, costs);
  }

  /** The fewest local steps, doubled from 1, with which the exchange takes no longer than they. */
  private int localSteps(RoundCost cost, int most) {
    int steps = 1;
    if (cost.exchangeNs() > DOMINANCE * costs.computeNs()) {
      while (steps < most && cost.exchangeNs() > (double) steps * costs.computeNs()) {
        steps = Math.min(most, 2 * steps);
      }
    }
    return steps;
  }
}
