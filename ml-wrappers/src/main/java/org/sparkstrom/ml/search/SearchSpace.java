// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * The values that a search may try: lists, and ranges to draw from. Gives the candidates as Spark's
 * own tuners take them, all combinations ({@link #grid}) or a random choice ({@link #sample}).
 *
 * <p>Not thread-safe.
 */
public final class SearchSpace {
  private static final int TRIES = 100;

  /** Values of one Param; {@code list} is null for a range. */
  private record Domain(
      Param<Object> param, List<Object> list, ToDoubleFunction<Random> draw, boolean whole) {

    Object drawn(Random random) {
      if (list != null) {
        return list.get(random.nextInt(list.size()));
      }
      double value = draw.applyAsDouble(random);
      return whole ? (Object) (int) value : (Object) value;
    }
  }

  private final List<Domain> domains = new ArrayList<>();

  /** Adds a Param that takes one of these values. */
  @SafeVarargs
  public final <T> SearchSpace values(Param<T> param, T... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(named(param) + " must have values to try, but has none");
    }
    List<Object> list = new ArrayList<>();
    for (T value : values) {
      list.add(value);
    }
    return add(param, list, null, false);
  }

  /** Adds a Param whose value is drawn from low to high, each as likely. */
  public SearchSpace uniform(DoubleParam param, double low, double high) {
    requireRange(param, low, high, -Double.MAX_VALUE);
    return add(param, null, random -> low + random.nextDouble() * (high - low), false);
  }

  /**
   * Adds a Param whose value is drawn from low to high, above 0, with each order of magnitude as
   * likely: for rates and penalties.
   */
  public SearchSpace logUniform(DoubleParam param, double low, double high) {
    requireRange(param, low, high, Double.MIN_NORMAL);
    return add(
        param,
        null,
        random -> Math.min(high, Math.max(low, low * Math.pow(high / low, random.nextDouble()))),
        false);
  }

  /** Adds a Param whose value is a whole number from low to high, both included. */
  public SearchSpace integers(IntParam param, int low, int high) {
    requireRange(param, low, high, Integer.MIN_VALUE);
    return add(
        param,
        null,
        random -> low + Math.floor(random.nextDouble() * ((double) high - low + 1)),
        true);
  }

  /**
   * All combinations of the values; the first Param changes slowest.
   *
   * @throws IllegalArgumentException if a Param has a range
   */
  public ParamMap[] grid() {
    List<ParamMap> candidates = new ArrayList<>(List.of(new ParamMap()));
    for (Domain domain : domains) {
      if (domain.list() == null) {
        throw new IllegalArgumentException(
            named(domain.param())
                + " must have a list of values for a grid, but has a range; call sample");
      }
      List<ParamMap> more = new ArrayList<>();
      for (ParamMap candidate : candidates) {
        for (Object value : domain.list()) {
          more.add(candidate.copy().put(domain.param(), value));
        }
      }
      candidates = more;
    }
    return candidates.toArray(ParamMap[]::new);
  }

  /**
   * So many candidates at random, the same for the same seed. All are different: there are fewer
   * where the space has no more.
   */
  public ParamMap[] sample(int count, long seed) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "a sample must have 1 candidate at least, but is " + count);
    }
    Random random = new Random(seed);
    Set<List<Object>> known = new HashSet<>();
    List<ParamMap> candidates = new ArrayList<>();
    for (int misses = 0; candidates.size() < count && misses < TRIES; ) {
      ParamMap candidate = new ParamMap();
      List<Object> key = new ArrayList<>();
      for (Domain domain : domains) {
        Object value = domain.drawn(random);
        candidate.put(domain.param(), value);
        key.add(StageSettings.comparable(value));
      }
      if (known.add(Collections.unmodifiableList(key))) {
        candidates.add(candidate);
        misses = 0;
      } else {
        misses++;
      }
    }
    return candidates.toArray(ParamMap[]::new);
  }

  private SearchSpace add(
      Param<?> param, List<Object> list, ToDoubleFunction<Random> draw, boolean whole) {
    if (domains.stream().anyMatch(domain -> domain.param().equals(param))) {
      throw new IllegalArgumentException(named(param) + " must be in a space once, but is there");
    }
    @SuppressWarnings("unchecked") // a candidate holds values of all types
    Param<Object> untyped = (Param<Object>) param;
    domains.add(new Domain(untyped, list, draw, whole));
    return this;
  }

  private static void requireRange(Param<?> param, double low, double high, double least) {
    if (!(low >= least && low < high && high < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the range of %s must be finite%s and rise, but is %s to %s"
              .formatted(param.name(), least > 0 ? ", above 0" : "", low, high));
    }
  }

  private static String named(Param<?> param) {
    return param.parent() + "." + param.name();
  }
}
