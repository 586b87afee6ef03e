// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

/** The part of a neighborhood that is alike for all of LIME's: answers in, a surrogate out. */
abstract class SurrogateSamples implements Neighborhood {
  private final Surrogate surrogate;
  private double[][] answers; // [targets][samples]

  SurrogateSamples(Surrogate surrogate) {
    this.surrogate = surrogate;
  }

  /** A surrogate's fit in the terms of the row. */
  abstract Surrogate.Fit inTermsOfTheRow(Surrogate.Fit fit);

  @Override
  public final int size() {
    return surrogate.count();
  }

  @Override
  public final void answer(int number, double[] targets) {
    if (number == 0) {
      answers = new double[targets.length][surrogate.count()];
    }
    for (int target = 0; target < targets.length; target++) {
      answers[target][number] = targets[target];
    }
  }

  @Override
  public final Explanation explanation() {
    double[][] values = new double[answers.length][];
    double[] base = new double[answers.length];
    double[] rSquared = new double[answers.length];
    for (int target = 0; target < answers.length; target++) {
      Surrogate.Fit fit = inTermsOfTheRow(surrogate.fit(answers[target]));
      values[target] = fit.coefficients();
      base[target] = fit.intercept();
      rSquared[target] = fit.rSquared();
    }
    return new Explanation(values, base, rSquared);
  }
}
