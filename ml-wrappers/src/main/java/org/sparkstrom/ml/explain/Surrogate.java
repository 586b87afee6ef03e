// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;

/**
 * Samples around a row and the linear model that is fitted to what is answered for them, weighted
 * by nearness: the surrogate of Ribeiro, Singh and Guestrin, "'Why should I trust you?' Explaining
 * the predictions of any classifier", 2016.
 *
 * <p>With weights w that sum to 1, samples x and answers y it minimizes half the weighted mean of
 * (y - a - c'x)^2 plus lambda * (half the sum of c^2, or the sum of |c|); the intercept a is free.
 * With weighted means taken off, G = X'WX and b = X'Wy, ridge is (G + lambda I) c = b, and the
 * lasso is found by coordinate descent (Friedman, Hastie and Tibshirani, "Regularization paths for
 * generalized linear models via coordinate descent", 2010). Sample 0 is the row itself. Reading
 * samples is thread-safe, fitting is not.
 */
final class Surrogate {
  private static final int MAX_SWEEPS = 10_000;
  private static final double CONVERGED = 1e-12; // relative to the largest coefficient

  private final double[][] samples;
  private final double[] weights;
  private final double[] means;
  private final Penalty penalty;
  private final double lambda;
  private double[][] gram; // made at the first use
  private DecompositionSolver ridge;

  private Surrogate(double[][] samples, double[] distances, Settings settings, double width) {
    this.samples = samples;
    this.weights = new double[samples.length];
    Arrays.setAll(weights, i -> Math.exp(-Math.pow(distances[i] / width, 2)));
    double sum = Arrays.stream(weights).sum();
    Arrays.setAll(weights, i -> weights[i] / sum);
    this.means = new double[samples[0].length];
    for (int i = 0; i < samples.length; i++) {
      for (int j = 0; j < means.length; j++) {
        means[j] += weights[i] * samples[i][j];
      }
    }
    this.penalty = settings.penalty();
    this.lambda = settings.lambda();
  }

  /**
   * How a surrogate is fitted.
   *
   * @param penalty of large coefficients
   * @param lambda how much of it
   * @param kernelWidth distance at which a sample counts 1/e; 0 for the one of LIME
   */
  record Settings(Penalty penalty, double lambda, double kernelWidth) implements Serializable {

    private double width(double standard) {
      return kernelWidth == 0 ? standard : kernelWidth;
    }
  }

  /**
   * A linear model of one target.
   *
   * @param coefficients one a column of the samples
   * @param intercept what it says where all of them are 0
   * @param rSquared see {@link Explanation}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Fit(double[] coefficients, double intercept, double rSquared) {}

  /** Samples of standard normal deviations from the row; the distance is Euclid's. */
  static Surrogate ofDeviations(int features, int count, long seed, Settings settings) {
    Random random = new Random(seed);
    double[][] samples = new double[count][features];
    double[] distances = new double[count];
    for (int i = 1; i < count; i++) {
      Arrays.setAll(samples[i], j -> random.nextGaussian());
      distances[i] = Math.sqrt(Arrays.stream(samples[i]).map(x -> x * x).sum());
    }
    return new Surrogate(samples, distances, settings, settings.width(0.75 * Math.sqrt(features)));
  }

  /**
   * Samples of parts that are there (1) or not (0): as many left out as is drawn from 1 to all of
   * them; the distance is the cosine's to the whole row.
   */
  static Surrogate ofMasks(int parts, int count, long seed, Settings settings) {
    Random random = new Random(seed);
    double[][] samples = new double[count][parts];
    double[] distances = new double[count];
    Arrays.fill(samples[0], 1);
    int[] order = new int[parts];
    Arrays.setAll(order, i -> i);
    for (int i = 1; i < count; i++) {
      Arrays.fill(samples[i], 1);
      int left = 1 + random.nextInt(parts);
      for (int j = 0; j < left; j++) {
        int chosen = j + random.nextInt(parts - j);
        int part = order[chosen];
        order[chosen] = order[j];
        order[j] = part;
        samples[i][part] = 0;
      }
      distances[i] = 1 - Math.sqrt((parts - left) / (double) parts);
    }
    return new Surrogate(samples, distances, settings, settings.width(0.25));
  }

  int count() {
    return samples.length;
  }

  /** A sample; not to be changed. */
  double[] sample(int number) {
    return samples[number];
  }

  /** The parts that are there in a sample of {@link #ofMasks}. */
  BitSet present(int number) {
    BitSet present = new BitSet(means.length);
    for (int j = 0; j < means.length; j++) {
      present.set(j, samples[number][j] > 0);
    }
    return present;
  }

  /**
   * The linear model of these answers, one a sample.
   *
   * @throws IllegalStateException if the samples do not determine it
   */
  Fit fit(double[] answers) {
    if (gram == null) {
      gram = gram();
    }
    double mean = 0;
    for (int i = 0; i < answers.length; i++) {
      mean += weights[i] * answers[i];
    }
    double[] moments = new double[means.length];
    for (int i = 0; i < answers.length; i++) {
      double weighted = weights[i] * (answers[i] - mean);
      for (int j = 0; j < moments.length; j++) {
        moments[j] += weighted * (samples[i][j] - means[j]);
      }
    }
    double[] coefficients = penalty == Penalty.RIDGE ? ridge(moments) : lasso(moments);
    double intercept = mean;
    for (int j = 0; j < means.length; j++) {
      intercept -= coefficients[j] * means[j];
    }
    return new Fit(coefficients, intercept, rSquared(answers, mean, coefficients, intercept));
  }

  private double[][] gram() {
    double[][] result = new double[means.length][means.length];
    double[] centred = new double[means.length];
    for (int i = 0; i < samples.length; i++) {
      double[] sample = samples[i];
      Arrays.setAll(centred, j -> sample[j] - means[j]);
      for (int j = 0; j < centred.length; j++) {
        double weighted = weights[i] * centred[j];
        for (int k = 0; k <= j; k++) {
          result[j][k] += weighted * centred[k];
        }
      }
    }
    for (int j = 0; j < centred.length; j++) {
      for (int k = 0; k < j; k++) {
        result[k][j] = result[j][k];
      }
    }
    return result;
  }

  private double[] ridge(double[] moments) {
    if (ridge == null) {
      double[][] matrix = new double[moments.length][];
      for (int j = 0; j < matrix.length; j++) {
        matrix[j] = gram[j].clone();
        matrix[j][j] += lambda;
      }
      try {
        ridge = new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix)).getSolver();
      } catch (NonPositiveDefiniteMatrixException e) {
        throw new IllegalStateException(
            "the samples must determine a coefficient for each of %d parts, but %d samples within the kernel do not; raise numSamples, kernelWidth or regularization"
                .formatted(moments.length, count()),
            e);
      }
    }
    return ridge.solve(new ArrayRealVector(moments, false)).toArray();
  }

  private double[] lasso(double[] moments) {
    double[] coefficients = new double[moments.length];
    double[] residuals = moments.clone(); // b - G c
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      double largest = 0;
      double change = 0;
      for (int j = 0; j < coefficients.length; j++) {
        double before = coefficients[j];
        double free = residuals[j] + gram[j][j] * before;
        double shrunk = Math.signum(free) * Math.max(0, Math.abs(free) - lambda);
        double after = gram[j][j] > 0 ? shrunk / gram[j][j] : 0;
        if (after != before) {
          coefficients[j] = after;
          for (int k = 0; k < residuals.length; k++) {
            residuals[k] -= gram[j][k] * (after - before);
          }
        }
        change = Math.max(change, Math.abs(after - before));
        largest = Math.max(largest, Math.abs(after));
      }
      if (change <= CONVERGED * largest) {
        break;
      }
    }
    return coefficients;
  }

  private double rSquared(double[] answers, double mean, double[] coefficients, double intercept) {
    double residual = 0;
    double total = 0;
    for (int i = 0; i < answers.length; i++) {
      double modelled = intercept;
      for (int j = 0; j < coefficients.length; j++) {
        modelled += coefficients[j] * samples[i][j];
      }
      residual += weights[i] * Math.pow(answers[i] - modelled, 2);
      total += weights[i] * Math.pow(answers[i] - mean, 2);
    }
    return Explanation.rSquared(residual, total, 1, answers);
  }
}
