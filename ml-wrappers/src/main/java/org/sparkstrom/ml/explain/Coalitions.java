// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.MatrixUtils;

/**
 * Coalitions of M parts with the weights of the Shapley kernel, and the Shapley values that follow
 * from what the coalitions are worth.
 *
 * <p>Shapley values phi are the solution of a weighted least squares problem (Lundberg and Lee, "A
 * unified approach to interpreting model predictions", 2017): minimize the sum over coalitions z,
 * neither empty nor full, of pi(z) * (v(z) - v(empty) - sum of phi over z)^2, subject to the sum of
 * all phi being v(full) - v(empty) = D, with pi(z) = (M - 1) / (C(M, |z|) |z| (M - |z|)). With A =
 * Z'WZ and b = Z'W(v - v(empty)) the solution is phi = A^-1 (b - 1 (1'A^-1 b - D) / (1'A^-1 1)).
 *
 * <p>Where all 2^M - 2 coalitions fit the budget, all are taken, and the values are exact. Else
 * whole sizes are taken from the outside inwards (1 and M - 1, then 2 and M - 2, ...) while the
 * budget's share by their weight holds them, and of the rest coalitions are drawn by weight, each
 * with its complement (paired sampling: Covert and Lee, "Improving KernelSHAP: practical Shapley
 * value estimation via linear regression", 2021). Those of sizes 1 and M - 1 are always there, so A
 * is positive definite. Reading coalitions is thread-safe, computing values is not.
 */
final class Coalitions {
  private static final int DRAWS_PER_SAMPLE = 4; // repeated draws add weight, not rows

  private final int parts;
  private final List<BitSet> present = new ArrayList<>();
  private final List<Double> weights = new ArrayList<>(); // pi, but for a common factor
  private int[][] members; // of each coalition; made at the first use
  private DecompositionSolver solver;
  private double[] ones; // A^-1 1

  private Coalitions(int parts) {
    this.parts = parts;
  }

  /** The fewest samples with which so many parts can be explained. */
  static long least(int parts) {
    return parts < 2 ? 0 : Math.min(2L * parts, all(parts));
  }

  private static long all(int parts) {
    return parts < 62 ? (1L << parts) - 2 : Long.MAX_VALUE;
  }

  /**
   * Coalitions of so many parts.
   *
   * @param budget the most coalitions, at least {@link #least}
   * @param seed of those that are drawn
   */
  static Coalitions of(int parts, int budget, long seed) {
    Coalitions made = new Coalitions(parts);
    if (parts > 1) {
      made.fill(budget, new Random(seed));
    }
    return made;
  }

  private void fill(int budget, Random random) {
    int half = parts / 2;
    double[] mass = new double[half + 1]; // of sizes s and M - s together
    for (int size = 1; size <= half; size++) {
      mass[size] = (isMiddle(size) ? 1.0 : 2.0) * (parts - 1) / ((double) size * (parts - size));
    }
    double left = Arrays.stream(mass).sum();
    int size = 1;
    for (; size <= half; size++) {
      double count = (isMiddle(size) ? 1 : 2) * choose(parts, size);
      int free = budget - present.size();
      boolean fits =
          size == 1 || all(parts) <= budget || count <= free * (mass[size] / left) + 1e-9;
      if (!fits) {
        break;
      }
      addAll(size, mass[size] / count);
      left -= mass[size];
    }
    if (size <= half) {
      draw(budget - present.size(), Arrays.copyOfRange(mass, size, half + 1), size, random);
    }
  }

  private boolean isMiddle(int size) {
    return 2 * size == parts;
  }

  private static double choose(int n, int k) {
    double result = 1;
    for (int i = 1; i <= k; i++) {
      result = result * (n - k + i) / i;
    }
    return Math.rint(result);
  }

  /** All coalitions of this size, and of M - size. */
  private void addAll(int size, double weight) {
    int[] members = new int[size];
    Arrays.setAll(members, i -> i);
    while (true) {
      BitSet coalition = new BitSet(parts);
      Arrays.stream(members).forEach(coalition::set);
      add(coalition, weight);
      if (!isMiddle(size)) {
        add(complement(coalition), weight);
      }
      int i = size - 1;
      while (i >= 0 && members[i] == parts - size + i) {
        i--;
      }
      if (i < 0) {
        return;
      }
      members[i]++;
      for (int j = i + 1; j < size; j++) {
        members[j] = members[j - 1] + 1;
      }
    }
  }

  private void add(BitSet coalition, double weight) {
    present.add(coalition);
    weights.add(weight);
  }

  private BitSet complement(BitSet coalition) {
    BitSet complement = (BitSet) coalition.clone();
    complement.flip(0, parts);
    return complement;
  }

  /**
   * Draws pairs of the sizes from {@code first} on, by their mass.
   *
   * @param room the most different coalitions
   */
  private void draw(int room, double[] mass, int first, Random random) {
    double total = Arrays.stream(mass).sum();
    Map<BitSet, Integer> drawn = new LinkedHashMap<>();
    int draws = 0;
    for (int i = 0; i < DRAWS_PER_SAMPLE * room && drawn.size() + 2 <= room; i++) {
      BitSet coalition = subset(first + choice(mass, random.nextDouble() * total), random);
      drawn.merge(coalition, 1, Integer::sum);
      drawn.merge(complement(coalition), 1, Integer::sum);
      draws += 2;
    }
    for (Map.Entry<BitSet, Integer> entry : drawn.entrySet()) {
      add(entry.getKey(), total * entry.getValue() / draws);
    }
  }

  private static int choice(double[] mass, double point) {
    int chosen = 0;
    for (double rest = point; chosen < mass.length - 1 && rest >= mass[chosen]; chosen++) {
      rest -= mass[chosen];
    }
    return chosen;
  }

  private BitSet subset(int size, Random random) {
    BitSet subset = new BitSet(parts);
    // Floyd's way: each subset of the size is as likely as any other
    for (int i = parts - size; i < parts; i++) {
      int member = random.nextInt(i + 1);
      subset.set(subset.get(member) ? i : member);
    }
    return subset;
  }

  /** Number of coalitions. */
  int count() {
    return present.size();
  }

  /** The parts that are in a coalition; not to be changed. */
  BitSet present(int coalition) {
    return present.get(coalition);
  }

  /**
   * The Shapley values.
   *
   * @param worth of each coalition
   * @param empty what is there without any part
   * @param full what all parts are worth
   * @return one a part; their sum is full - empty
   */
  double[] shapleyValues(double[] worth, double empty, double full) {
    if (parts < 2) {
      double[] whole = new double[parts];
      Arrays.fill(whole, full - empty);
      return whole;
    }
    if (solver == null) {
      factorize();
    }
    double[] moments = new double[parts];
    for (int c = 0; c < count(); c++) {
      double weighted = weights.get(c) * (worth[c] - empty);
      for (int i : members[c]) {
        moments[i] += weighted;
      }
    }
    double[] free = solver.solve(new ArrayRealVector(moments, false)).toArray();
    double excess = (Arrays.stream(free).sum() - (full - empty)) / Arrays.stream(ones).sum();
    double[] values = new double[parts];
    Arrays.setAll(values, i -> free[i] - ones[i] * excess);
    return values;
  }

  private void factorize() {
    members = present.stream().map(c -> c.stream().toArray()).toArray(int[][]::new);
    double[][] gram = new double[parts][parts];
    for (int c = 0; c < count(); c++) {
      double weight = weights.get(c);
      for (int i : members[c]) {
        for (int j : members[c]) {
          gram[i][j] += weight;
        }
      }
    }
    solver = new CholeskyDecomposition(MatrixUtils.createRealMatrix(gram)).getSolver();
    double[] one = new double[parts];
    Arrays.fill(one, 1);
    ones = solver.solve(new ArrayRealVector(one, false)).toArray();
  }

  /**
   * How well base and values give what the coalitions are worth; see {@link Explanation}.
   *
   * @param values that {@link #shapleyValues} has returned
   */
  double rSquared(double[] worth, double empty, double[] values) {
    double mass = 0;
    double mean = 0;
    for (int c = 0; c < count(); c++) {
      mass += weights.get(c);
      mean += weights.get(c) * worth[c];
    }
    mean /= mass;
    double residual = 0;
    double total = 0;
    for (int c = 0; c < count(); c++) {
      double modelled = empty;
      for (int i : members[c]) {
        modelled += values[i];
      }
      residual += weights.get(c) * Math.pow(worth[c] - modelled, 2);
      total += weights.get(c) * Math.pow(worth[c] - mean, 2);
    }
    return Explanation.rSquared(residual, total, mass, worth);
  }
}
