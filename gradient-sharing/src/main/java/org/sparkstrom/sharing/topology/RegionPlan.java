// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who exchanges which regions of the update with whom, so that traffic does not grow with W.
 *
 * <p>W workers are numbered in a mixed radix, W = f1 * f2 * ... * fL, lowest digit first. On level
 * l those whose places differ in digit l alone form a group of fl, which has a range of the update
 * in common. The levels are passed upwards. On the first ones, which <em>split</em>, the group cuts
 * its range into fl parts, and each member sends every other member that one's part and keeps its
 * own: a reduce-scatter. On the last ones the range stays <em>whole</em>: each member sends every
 * other all that it has of it, and all add up the same; they are quantized on the last one alone.
 * In the end each worker has the sum of a region. The allgather passes the levels that split
 * downwards: members send each other what they have of the range.
 *
 * <p>A level that splits has 2 * (fl - 1) messages in two phases and sends 2 * (1 - 1 / fl) of its
 * range, a whole one fl - 1 messages in one phase and sends fl - 1 times its range. So large ranges
 * are split, and small ones, whose headers outweigh their entries, are left whole. {@link
 * RegionCost} has the sum that decides, and {@link #of} the rule. Neighbours in rank, often on one
 * host, share the first level, which moves the most.
 *
 * <p>Recursive halving for long vectors and recursive doubling of whole ones for short vectors are
 * in R. Thakur et al., "Optimization of collective communication operations in MPICH" (2005); here
 * one plan has both, the vectors are sparse, and the levels have any size, so that W need not be a
 * power of two.
 *
 * <p>Immutable and thread-safe.
 */
public final class RegionPlan {
  /** Most members of a group, unless W has a larger prime factor. */
  public static final int MAX_FACTOR = 8;

  private final int workers;
  private final int splitLevels;
  private final int[] factors;
  private final int[] strides;

  private RegionPlan(List<Integer> split, List<Integer> whole) {
    this.splitLevels = split.size();
    this.factors =
        Stream.concat(split.stream(), whole.stream()).mapToInt(Integer::intValue).toArray();
    this.strides = new int[factors.length];
    int stride = 1;
    for (int level = 0; level < strides.length; level++) {
      strides[level] = stride;
      stride *= this.factors[level];
    }
    this.workers = stride;
  }

  /**
   * The fastest plan with which a worker sends hardly more than one of eight; the same for the same
   * arguments.
   *
   * <p>Of the plans whose traffic is at most {@link RegionCost#MAX_GROWTH} times that of {@link
   * #MAX_FACTOR} workers on one level that splits, it is the one with the shortest time. If none
   * has so little traffic, which large primes can cause, it is the one with the least. Both are
   * estimates of {@link RegionCost}.
   *
   * @param workers at least 1
   * @param parameterCount of the update
   */
  public static RegionPlan of(int workers, int parameterCount) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be >= 1, but is " + workers);
    }
    if (parameterCount < 1) {
      throw new IllegalArgumentException("parameterCount must be >= 1, but is " + parameterCount);
    }
    double mostBytes =
        RegionCost.MAX_GROWTH
            * RegionCost.of(ofFactors(List.of(MAX_FACTOR)), parameterCount).bytes();
    List<RegionPlan> plans = all(workers);
    RegionPlan best = plans.get(0);
    for (RegionPlan plan : plans) {
      RegionCost cost = RegionCost.of(plan, parameterCount);
      if (cost.isBetterThan(RegionCost.of(best, parameterCount), mostBytes)) {
        best = plan;
      }
    }
    return best;
  }

  /** The plan with these factors, lowest digit first, all levels of which split. */
  public static RegionPlan ofFactors(List<Integer> split) {
    return ofFactors(split, List.of());
  }

  /** The plan with levels that split, lowest digit first, and behind them whole ones. */
  public static RegionPlan ofFactors(List<Integer> split, List<Integer> whole) {
    requireFactors(split);
    requireFactors(whole);
    return new RegionPlan(split, whole);
  }

  /** Number of workers. */
  public int workers() {
    return workers;
  }

  /** Number of levels; 0 for a lone worker. */
  public int levels() {
    return factors.length;
  }

  /** True for the first levels, which cut the range of a group into parts. */
  public boolean isSplit(int level) {
    return level < splitLevels;
  }

  /** True where sums are quantized once more: on all levels but whole ones before the last. */
  public boolean isQuantized(int level) {
    return isSplit(level) || level == factors.length - 1;
  }

  /** How many of what a quantization before has left are in a sum that this level quantizes. */
  public int addends(int level) {
    int addends = factors[level];
    for (int l = splitLevels; l < level; l++) {
      addends *= factors[l];
    }
    return addends;
  }

  /** Phases of a round: each level once upwards, and those that split once downwards. */
  public int phases() {
    return factors.length + splitLevels;
  }

  /** The level that a phase, counted from 0, works on. */
  public int levelOf(int phase) {
    return isReduce(phase) ? phase : phases() - 1 - phase;
  }

  /** True for the phases upwards, which come first. */
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

  /** True if the worker's digits are 0 on all levels that split. */
  public boolean isFirstOfSplit(int place) {
    int stride = splitLevels == factors.length ? workers : strides[splitLevels];
    return place % stride == 0;
  }

  /**
   * The lowest place of those who have the same sums after a level upwards: whole levels leave each
   * of a group with the same.
   */
  public int firstHolder(int place, int level) {
    int first = place;
    for (int l = splitLevels; l <= level; l++) {
      first -= digit(place, l) * strides[l];
    }
    return first;
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
    for (int l = 0; l < Math.min(level, splitLevels); l++) {
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

  /** The levels that split, then a bar and the whole ones, if there are any. */
  @Override
  public String toString() {
    List<Integer> all = IntStream.of(factors).boxed().toList();
    List<Integer> whole = all.subList(splitLevels, all.size());
    return "RegionPlan" + all.subList(0, splitLevels) + (whole.isEmpty() ? "" : "|" + whole);
  }

  /**
   * All plans for so many workers, where of the levels that split, and of the whole ones, none is
   * larger than the one before.
   */
  private static List<RegionPlan> all(int workers) {
    int most = Math.max(MAX_FACTOR, largestPrime(workers));
    List<RegionPlan> plans = new ArrayList<>();
    for (int regions = 1; regions <= workers; regions++) {
      if (workers % regions == 0) {
        for (List<Integer> split : factorizations(regions, most)) {
          for (List<Integer> whole : factorizations(workers / regions, most)) {
            plans.add(new RegionPlan(split, whole));
          }
        }
      }
    }
    return plans;
  }

  /** A number as a product of factors that do not rise, none above the most; [[]] for 1. */
  private static List<List<Integer>> factorizations(int number, int most) {
    if (number == 1) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (int factor = Math.min(number, most); factor > 1; factor--) {
      if (number % factor == 0) {
        for (List<Integer> rest : factorizations(number / factor, factor)) {
          List<Integer> factors = new ArrayList<>(List.of(factor));
          factors.addAll(rest);
          all.add(factors);
        }
      }
    }
    return all;
  }

  private static void requireFactors(List<Integer> factors) {
    for (int factor : factors) {
      if (factor < 2) {
        throw new IllegalArgumentException("a factor must be >= 2, but the factors are " + factors);
      }
    }
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
