// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SurrogateTest {
  private static final double[] WEIGHTS = {2, -1, 0, 0.5};

  private static Surrogate deviations(Penalty penalty, double lambda) {
    return Surrogate.ofDeviations(4, 300, 7, new Surrogate.Settings(penalty, lambda, 0));
  }

  private static double[] linear(Surrogate surrogate) {
    return IntStream.range(0, surrogate.count())
        .mapToDouble(
            i ->
                3
                    + IntStream.range(0, 4)
                        .mapToDouble(j -> WEIGHTS[j] * surrogate.sample(i)[j])
                        .sum())
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(Penalty.class)
  void withoutAPenaltyALinearModelComesBack(Penalty penalty) {
    Surrogate surrogate = deviations(penalty, 0);
    Surrogate.Fit fit = surrogate.fit(linear(surrogate));
    assertThat(fit.coefficients()).containsExactly(WEIGHTS, within(1e-9));
    assertThat(fit.intercept()).isCloseTo(3, within(1e-9));
    assertThat(fit.rSquared()).isCloseTo(1, within(1e-9));
  }

  /** Weights sum up to 1 but for rounding, so the mean of equal answers is not quite theirs. */
  @Test
  void answersThatDoNotVaryLeaveNothingToExplain() {
    for (int count = 20; count < 60; count++) {
      Surrogate.Settings settings = new Surrogate.Settings(Penalty.RIDGE, 0.001, 0);
      double[] answers = new double[count];
      Arrays.fill(answers, 0.37);
      assertThat(Surrogate.ofDeviations(4, count, 7, settings).fit(answers).rSquared())
          .as("R squared of %d samples", count)
          .isEqualTo(1);
      answers[1] += 1e-6;
      assertThat(Surrogate.ofMasks(4, count, 7, settings).fit(answers).rSquared())
          .as("R squared of %d samples, one of which is another", count)
          .isLessThan(1);
    }
  }

  @Test
  void ridgeMakesAllSmallerAndLassoSomeZero() {
    Surrogate ridge = deviations(Penalty.RIDGE, 0.5);
    Surrogate.Fit small = ridge.fit(linear(ridge));
    assertThat(Math.abs(small.coefficients()[0])).isBetween(0.5, 1.9);
    assertThat(small.coefficients()[3]).isNotZero();
    assertThat(small.rSquared()).isBetween(0.1, 0.99);
    Surrogate lasso = deviations(Penalty.LASSO, 0.4);
    double[] sparse = lasso.fit(linear(lasso)).coefficients();
    assertThat(sparse[0]).isBetween(0.5, 1.9);
    assertThat(sparse[2]).isZero();
    assertThat(sparse[3]).isZero();
    Surrogate strict = deviations(Penalty.LASSO, 100);
    assertThat(strict.fit(linear(strict)).coefficients()).containsOnly(0.0);
  }

  /** At the lasso's solution the gradient is lambda where a coefficient is not 0, else below. */
  @Test
  void theLassoIsOptimal() {
    double lambda = 0.1;
    Surrogate surrogate = deviations(Penalty.LASSO, lambda);
    double[] answers = linear(surrogate);
    double[] best = surrogate.fit(answers).coefficients();
    Surrogate free = deviations(Penalty.RIDGE, 0);
    double least = objective(free, answers, best, lambda);
    for (int j = 0; j < 4; j++) {
      for (double step : new double[] {-1e-3, 1e-3}) {
        double[] other = best.clone();
        other[j] += step;
        assertThat(objective(free, answers, other, lambda)).isGreaterThan(least);
      }
    }
  }

  private static double objective(
      Surrogate surrogate, double[] answers, double[] coefficients, double lambda) {
    double width = 0.75 * Math.sqrt(4);
    double mass = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < answers.length; i++) {
      double[] x = surrogate.sample(i);
      double distance = Math.sqrt(IntStream.range(0, 4).mapToDouble(j -> x[j] * x[j]).sum());
      double weight = Math.exp(-Math.pow(distance / width, 2));
      double rest =
          answers[i] - IntStream.range(0, 4).mapToDouble(j -> coefficients[j] * x[j]).sum();
      mass += weight;
      sum += weight * rest;
      squares += weight * rest * rest;
    }
    double variance = squares / mass - Math.pow(sum / mass, 2);
    return variance / 2
        + lambda * IntStream.range(0, 4).mapToDouble(j -> Math.abs(coefficients[j])).sum();
  }

  @Test
  void masksBeginWithTheWholeAndLeaveOutOneToAllParts() {
    Surrogate masks = Surrogate.ofMasks(5, 400, 3, new Surrogate.Settings(Penalty.RIDGE, 0, 0));
    assertThat(masks.present(0).cardinality()).isEqualTo(5);
    int[] counts = new int[6];
    for (int i = 1; i < masks.count(); i++) {
      counts[masks.present(i).cardinality()]++;
    }
    assertThat(counts[5]).isZero();
    for (int size = 0; size < 5; size++) {
      assertThat(counts[size]).as("masks of size " + size).isBetween(50, 110);
    }
    double[] answers =
        IntStream.range(0, 400)
            .mapToDouble(
                i -> {
                  BitSet present = masks.present(i);
                  return 1 + (present.get(0) ? 2 : 0) - (present.get(4) ? 3 : 0);
                })
            .toArray();
    Surrogate.Fit fit = masks.fit(answers);
    assertThat(fit.coefficients()).containsExactly(new double[] {2, 0, 0, 0, -3}, within(1e-9));
    assertThat(fit.intercept()).isCloseTo(1, within(1e-9));
  }

  @Test
  void samplesThatDetermineNothingAreAnErrorWithTheRemedy() {
    Surrogate few = Surrogate.ofMasks(40, 20, 3, new Surrogate.Settings(Penalty.RIDGE, 0, 0));
    assertThatThrownBy(() -> few.fit(new double[20]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a coefficient for each of 40 parts, but 20 samples")
        .hasMessageEndingWith("raise numSamples, kernelWidth or regularization");
  }
}
