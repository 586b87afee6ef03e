// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who exchanges which regions of the update with whom, so that traffic does not grow with W.
 *
 * <p>W workers are numbered in a mixed radix, W = f1 * f2 * ... * fL, lowest digit first. On level
 * l those whose places differ in digit l alone form a group of fl. In the reduce-scatter the levels
 * are passed upwards: a group has a range of the update in common, cuts it into fl parts, and each
 * member sends every other member that one's part and keeps its own. In the end each worker owns a
 * region of N / W parameters. The allgather passes the levels downwards: members send each other
 * what they have of the range.
 *
 * <p>A worker sends N * (1 - 1 / W) parameters each way, whatever the factors are, in 2 * sum(fl -
 * 1) messages. One level, as in a plain reduce-scatter, would have 2 * (W - 1) messages, whose
 * headers alone outweigh sparse regions; levels of two the fewest messages, but the most phases and
 * quantizations. Factors of up to 8 are in between. Neighbours in rank, often on one host, share
 * the first level, which moves the most.
 *
 * <p>Recursive halving and doubling over levels of two is in R. Thakur et al., "Optimization of
 * collective communication operations in MPICH" (2005); here the levels have any size, so that W
 * need not be a power of two.
 *
 * <p>Immutable and thread-safe.
 */
public final class RegionPlan {
  /** Most members of a group, unless W has a larger prime factor. */
  public static final int MAX_FACTOR = 8;

  private static final int MESSAGES_PER_LEVEL = 3;

  private final int workers;
  private final int[] factors;
  private final int[] strides;

  private RegionPlan(List<Integer> factors) {
    this.factors = factors.stream().mapToInt(Integer::intValue).toArray();
    this.strides = new int[factors.size()];
    int stride = 1;
    for (int level = 0; level < strides.length; level++) {
      strides[level] = stride;
      stride *= this.factors[level];
    }
    this.workers = stride;
  }

  /**
   * The plan with the fewest messages, where a level counts as three of them: it takes two more
   * phases and quantizes once more.
   */
  public static RegionPlan of(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be >= 1, but is " + workers);
    }
    return new RegionPlan(best(workers, Math.max(MAX_FACTOR, largestPrime(workers))));
  }

  /** The plan with these factors, lowest digit first. */
  public static RegionPlan ofFactors(List<Integer> factors) {
    factors.forEach(
        factor -> {
          if (factor < 2) {
            throw new IllegalArgumentException(
                "a factor must be >= 2, but the factors are " + factors);
          }
        });
    return new RegionPlan(factors);
  }

  /** Number of workers. */
  public int workers() {
    return workers;
  }

  /** Number of levels; 0 for a lone worker. */
  public int levels() {
    return factors.length;
  }

  /** Phases of a round: each level once upwards and once downwards. */
  public int phases() {
    return 2 * factors.length;
  }

  /** The level that a phase, counted from 0, works on. */
  public int levelOf(int phase) {
    return isReduce(phase) ? phase : phases() - 1 - phase;
  }

  /** True for the phases of the reduce-scatter, which come first. */
  public boolean isReduce(int phase) {
    return phase < factors.length;
  }

  /** Members of each group of a level. */
  public int factor(int level) {
    return factors[level];
  }

  /** The worker's digit on a level: its number in its group there. */
  public int digit(int place, int level) {
    return place / strides[level] % factors[level];
  }

  /** The member of the worker's group on a level that has this digit there. */
  public int member(int place, int level, int digit) {
    return place + (digit - digit(place, level)) * strides[level];
  }

  /** True if two workers are different members of one group on a level. */
  public boolean areInGroup(int place, int other, int level) {
    return place != other && member(place, level, digit(other, level)) == other;
  }

  /** True if the worker's digits are 0 on all levels below this one. */
  public boolean isFirstBelow(int place, int level) {
    return place % strides[level] == 0;
  }

  /** All whom the worker exchanges messages with, in rising order. */
  public List<Integer> peers(int place) {
    return IntStream.range(0, levels())
        .flatMap(l -> IntStream.range(0, factors[l]).map(digit -> member(place, l, digit)))
        .filter(other -> other != place)
        .sorted()
        .boxed()
        .toList();
  }

  /**
   * The range of [0, length) that the worker's group has in common on a level; L for its region.
   */
  Range range(int place, int level, int length) {
    Range range = new Range(0, length);
    for (int l = 0; l < level; l++) {
      range = range.part(digit(place, l), factors[l]);
    }
    return range;
  }

  /** First parameter of {@code length} of the range that a worker has in common on a level. */
  public int regionStart(int place, int level, int length) {
    return range(place, level, length).from();
  }

  /** The parameter behind the last of that range. */
  public int regionEnd(int place, int level, int length) {
    return range(place, level, length).to();
  }

  @Override
  public String toString() {
    return "RegionPlan" + IntStream.of(factors).boxed().toList();
  }

  private static List<Integer> best(int workers, int most) {
    if (workers == 1) {
      return List.of();
    }
    List<Integer> best = List.of();
    for (int factor = Math.min(workers, most); factor > 1; factor--) {
      if (workers % factor == 0) {
        List<Integer> rest = best(workers / factor, factor);
        if (rest.isEmpty() && workers != factor) {
          continue; // what is left needs a larger factor than this one
        }
        List<Integer> candidate = new ArrayList<>(List.of(factor));
        candidate.addAll(rest);
        // Of equal ones the first, which has fewer levels.
        if (best.isEmpty() || cost(candidate) < cost(best)) {
          best = candidate;
        }
      }
    }
    return best;
  }

  private static int cost(List<Integer> factors) {
    return factors.stream().mapToInt(factor -> factor - 1 + MESSAGES_PER_LEVEL).sum();
  }

  private static int largestPrime(int number) {
    int rest = number;
    int largest = 1;
    for (int factor = 2; rest > 1; factor++) {
      while (rest % factor == 0) {
        rest /= factor;
        largest = factor;
      }
    }
    return largest;
  }

  /**
   * Some parameters in a row.
   *
   * @param from the first
   * @param to behind the last
   */
  record Range(int from, int to) {

    /** One of so many parts that differ in length by one at most. */
    Range part(int index, int parts) {
      return new Range(cut(index, parts), cut(index + 1, parts));
    }

    private int cut(int index, int parts) {
      return from + (int) ((long) (to - from) * index / parts);
    }
  }
}
