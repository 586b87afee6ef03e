// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

/**
 * What a {@link RegionPlan} costs a worker in a round, estimated: bytes and time.
 *
 * <p>It decides between plans, so all workers must come to the same figures. They depend on the
 * plan and the number of parameters alone, and on constants that {@code scripts/bench simulate}
 * measured, for machines of their own on a network with 50 microseconds of latency.
 *
 * <p>With R the range that a group of f has in common on a level and d the density of what comes to
 * it, a level that splits costs
 *
 * <pre>
 *   frames 2 (f - 1);  phases 2;  entries (f - 1) / f * R * (d + d');  parameters added up R / f
 * </pre>
 *
 * and a whole one
 *
 * <pre>
 *   frames f - 1;      phases 1;  entries (f - 1) * R * d;             parameters added up R
 * </pre>
 *
 * where d' is the density of what comes down. Workers begin with {@link #DENSITY}. The density of
 * what leaves a level that splits is f times lower, as where workers agree little: thresholds rise
 * with f, so that the variance of f independent updates makes so many entries. What leaves a whole
 * level, but for the last, is not quantized, and f times denser.
 *
 * <p>Each quantization lets entries wait once more, so that learning is late; it counts as time.
 *
 * @param bytes that a worker sends, headers of all layers included
 * @param timeNs beside computing and the worker's own quantizing
 */
record RegionCost(double bytes, double timeNs) {
  /** Traffic may be so many times that of a group of {@link RegionPlan#MAX_FACTOR}. */
  static final double MAX_GROWTH = 1.1;

  /**
   * What workers send at the least if they aim at a density of 1e-3, because thresholds are powers
   * of two. The denser updates are, the less the headers matter that many workers have more of.
   */
  private static final double DENSITY = 6e-4;

  /** 13 bits: gap, sign, and the share of a block's header. */
  private static final double ENTRY_BYTES = 1.6;

  /** 48 of ours, 16 of the tag, 8 of the chunk, 60 of Aeron, UDP and IP. */
  private static final double FRAME_BYTES = 132;

  /** To make and seal a frame, and for another to receive and open it. */
  private static final double FRAME_NS = 35_000;

  /** From machine to machine, besides that: the network, two media drivers, a thread to wake. */
  private static final double PHASE_NS = 108_000;

  /** To add a parameter's sum to the residual and clear it. */
  private static final double PARAMETER_NS = 1.2;

  /**
   * What a quantization more costs in learning: 1% of a step of 50 ms. A perceptron for MNIST took
   * about 6% more epochs with two levels than with one.
   */
  private static final double QUANTIZATION_NS = 500_000;

  static RegionCost of(RegionPlan plan, int parameterCount) {
    double range = parameterCount;
    double density = DENSITY;
    double downwards = DENSITY / plan.workers();
    double frames = 0;
    double entries = 0;
    double parameters = 0;
    int quantizations = 0;
    for (int level = 0; level < plan.levels(); level++) {
      int factor = plan.factor(level);
      int others = factor - 1;
      if (plan.isSplit(level)) {
        range /= factor;
        frames += 2 * others;
        entries += others * range * (density + downwards);
        density /= factor;
      } else {
        frames += others;
        entries += others * range * density;
        density *= factor;
      }
      parameters += range;
      quantizations += plan.isQuantized(level) ? 1 : 0;
    }
    return new RegionCost(
        FRAME_BYTES * frames + ENTRY_BYTES * entries,
        FRAME_NS * frames
            + PHASE_NS * plan.phases()
            + PARAMETER_NS * parameters
            + QUANTIZATION_NS * quantizations);
  }

  /**
   * True for less time among those that keep to so many bytes; if one does not, for fewer bytes.
   */
  boolean isBetterThan(RegionCost other, double mostBytes) {
    if (Math.max(bytes, other.bytes) > mostBytes) {
      return bytes < other.bytes;
    }
    return timeNs < other.timeNs;
  }
}
