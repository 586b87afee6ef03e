// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.Function;

/**
 * How the features of one input are scaled and scaled back: statistics of each feature and a target
 * range. All kinds are one formula, in DL4J's order of operations and in double precision:
 *
 * <pre>y = (x - offset) / divisor * factor + shift</pre>
 *
 * <table>
 * <caption>Kinds</caption>
 * <tr><th>kind</th><th>offset</th><th>divisor</th><th>factor</th><th>shift</th></tr>
 * <tr><td>STANDARDIZE</td><td>mean</td><td>standard deviation</td><td>1</td><td>0</td></tr>
 * <tr><td>MIN_MAX</td><td>lower</td><td>upper - lower</td><td>max - min</td><td>min</td></tr>
 * <tr><td>IMAGE</td><td>0</td><td>highest pixel value</td><td>max - min</td><td>min</td></tr>
 * <tr><td>UNCHANGED</td><td>0</td><td>1</td><td>1</td><td>0</td></tr>
 * </table>
 *
 * <p>As in DL4J, a standard deviation and a range are at least {@link #LEAST}, so that a constant
 * feature becomes 0 (or the target's minimum) and never NaN. Features whose real spread is below
 * that should be multiplied first. Immutable, equal by value, safe for threads.
 */
public final class Scaling implements Serializable {
  /** The kinds of scaling. */
  public enum Kind {
    STANDARDIZE("standardize"),
    MIN_MAX("minMax"),
    IMAGE("image"),
    UNCHANGED("none");

    private final String paramValue;

    Kind(String paramValue) {
      this.paramValue = paramValue;
    }

    /** The name as Params spell it. */
    public String paramValue() {
      return paramValue;
    }
  }

  /** The least standard deviation and range, DL4J's threshold. */
  public static final double LEAST = 1e-5;

  /** The width of a scaling that treats all features alike, whatever their number. */
  public static final int ANY_WIDTH = -1;

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final double[] offsets;
  private final double[] seconds; // upper bounds of MIN_MAX, else the divisors
  private final double[] divisors;
  private final double min;
  private final double max;

  private Scaling(Kind kind, double[] offsets, double[] seconds, double min, double max) {
    this.kind = kind;
    this.offsets = offsets;
    this.seconds = seconds;
    this.divisors = seconds.clone();
    if (kind == Kind.MIN_MAX) {
      Arrays.setAll(divisors, i -> seconds[i] - offsets[i]);
    }
    this.min = min;
    this.max = max;
  }

  /**
   * To mean 0 and standard deviation 1.
   *
   * @throws IllegalArgumentException when lengths differ, or a statistic is not finite or negative
   */
  public static Scaling standardize(double[] means, double[] deviations) {
    double[] divisors = paired(means, deviations, (mean, deviation) -> Math.max(deviation, LEAST));
    require("mean", means, Double::isFinite);
    require("standard deviation", deviations, d -> d >= 0 && d <= Double.MAX_VALUE);
    return new Scaling(Kind.STANDARDIZE, means.clone(), divisors, 0, 1);
  }

  /**
   * From [lower, upper] to [min, max].
   *
   * @throws IllegalArgumentException when lengths differ, a bound is not finite, an upper bound is
   *     below its lower one, or max is not above min
   */
  public static Scaling minMax(double[] lowers, double[] uppers, double min, double max) {
    require("lower bound", lowers, Double::isFinite);
    require("upper bound", uppers, Double::isFinite);
    double[] apart = paired(lowers, uppers, Scaling::apart);
    requireTarget(min, max);
    Scaling scaling = new Scaling(Kind.MIN_MAX, lowers.clone(), apart, min, max);
    require("range", scaling.divisors, Double::isFinite);
    return scaling;
  }

  /**
   * From [0, highestPixel] to [min, max], the same for all features.
   *
   * @throws IllegalArgumentException when highestPixel is not above 0, or max not above min
   */
  public static Scaling image(double min, double max, double highestPixel) {
    requireTarget(min, max);
    double[] divisor = {highestPixel};
    require("highest pixel value", divisor, d -> d > 0 && d <= Double.MAX_VALUE);
    return new Scaling(Kind.IMAGE, new double[1], divisor, min, max);
  }

  /** Leaves all features as they are. */
  public static Scaling unchanged() {
    return new Scaling(Kind.UNCHANGED, new double[1], new double[] {1}, 0, 1);
  }

  public Kind kind() {
    return kind;
  }

  /** How many features, or {@link #ANY_WIDTH}. */
  public int width() {
    return kind == Kind.STANDARDIZE || kind == Kind.MIN_MAX ? offsets.length : ANY_WIDTH;
  }

  /** Means (STANDARDIZE) or lower bounds (MIN_MAX); a copy. */
  public double[] offsets() {
    return offsets.clone();
  }

  /** Upper bounds (MIN_MAX), as far above the lower ones as {@link #LEAST} wants; a copy. */
  public double[] uppers() {
    return seconds.clone();
  }

  /** Standard deviations, ranges, or the highest pixel value; a copy. */
  public double[] divisors() {
    return divisors.clone();
  }

  /** The least value of the target range. */
  public double min() {
    return min;
  }

  /** The greatest value of the target range. */
  public double max() {
    return max;
  }

  /** The scaling of the features from this place on. */
  Scaling slice(int from, int count) {
    return width() == ANY_WIDTH
        ? this
        : new Scaling(
            kind,
            Arrays.copyOfRange(offsets, from, from + count),
            Arrays.copyOfRange(seconds, from, from + count),
            min,
            max);
  }

  /** The scaling of the features of all of these, one after the other. They must be alike. */
  static Scaling join(List<Scaling> parts) {
    Scaling first = parts.get(0);
    if (first.width() == ANY_WIDTH) {
      return first;
    }
    return new Scaling(
        first.kind,
        concat(parts, s -> s.offsets),
        concat(parts, s -> s.seconds),
        first.min,
        first.max);
  }

  /** Whether both scale the same way, each by its own statistics. */
  boolean isLike(Scaling other) {
    boolean image = kind == Kind.IMAGE && other.kind == Kind.IMAGE;
    return kind == other.kind
        && min == other.min
        && max == other.max
        && (!image || divisors[0] == other.divisors[0]);
  }

  /** Scales a row of features in place. */
  public void apply(double[] row) {
    double factor = max - min;
    int stride = stride(row);
    for (int i = 0; i < row.length; i++) {
      row[i] = (row[i] - offsets[i * stride]) / divisors[i * stride] * factor + min;
    }
  }

  /** Takes back in place what {@link #apply} did. */
  public void revert(double[] row) {
    double factor = max - min;
    int stride = stride(row);
    for (int i = 0; i < row.length; i++) {
      row[i] = (row[i] - min) / factor * divisors[i * stride] + offsets[i * stride];
    }
  }

  private int stride(double[] row) {
    if (width() == ANY_WIDTH) {
      return 0;
    }
    if (row.length != width()) {
      throw new IllegalArgumentException(
          "a row must have as many features as it was fitted on, %d, but has %d; fit again on such"
                  .formatted(width(), row.length)
              + " rows");
    }
    return 1;
  }

  /**
   * The upper bound, moved up until it is LEAST above the lower one, and stays so when read back.
   */
  private static double apart(double lower, double upper) {
    if (upper < lower) {
      throw new IllegalArgumentException(
          "an upper bound must be at least its lower bound, but %s is below %s; fit again"
              .formatted(upper, lower));
    }
    double moved = upper;
    while (moved - lower < LEAST) {
      moved = Math.nextUp(moved + (LEAST - (moved - lower)));
    }
    return moved;
  }

  private static double[] paired(double[] left, double[] right, DoubleBinaryOperator operator) {
    if (left.length != right.length || left.length == 0) {
      throw new IllegalArgumentException(
          "both statistics must have the same number of features, at least 1, but have %d and %d"
              .formatted(left.length, right.length));
    }
    double[] result = new double[left.length];
    Arrays.setAll(result, i -> operator.applyAsDouble(left[i], right[i]));
    return result;
  }

  private static void require(String name, double[] values, DoublePredicate rule) {
    for (int i = 0; i < values.length; i++) {
      if (!rule.test(values[i])) {
        throw new IllegalArgumentException(
            "the %s of feature %d is %s, which no normalizer can use; fit again on finite values"
                .formatted(name, i, values[i]));
      }
    }
  }

  static void requireTarget(double min, double max) {
    if (!(Double.isFinite(min) && Double.isFinite(max) && max > min)) {
      throw new IllegalArgumentException(
          "the target range must be finite with max above min, but is [%s, %s]"
              .formatted(min, max));
    }
  }

  private static double[] concat(List<Scaling> parts, Function<Scaling, double[]> statistic) {
    return parts.stream().map(statistic).flatMapToDouble(Arrays::stream).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scaling that
        && isLike(that)
        && Arrays.equals(offsets, that.offsets)
        && Arrays.equals(seconds, that.seconds);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, min, max, Arrays.hashCode(offsets), Arrays.hashCode(seconds));
  }

  @Override
  public String toString() {
    return kind + (width() == ANY_WIDTH ? "" : " of " + width()) + " to [" + min + ", " + max + "]";
  }
}
