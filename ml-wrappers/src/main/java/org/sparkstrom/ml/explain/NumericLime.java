// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.List;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * LIME over numbers: they are moved by normal deviations with the background's standard deviations.
 * Values are coefficients in the features' own units; a feature that is constant in the background
 * is not moved and has 0.
 */
final class NumericLime implements LocalMethod {
  private static final long serialVersionUID = 1L;

  private final NumericInputs inputs;
  private final double[] scales; // standard deviations
  private final double[] placeholder;
  private final Designs<Surrogate> designs;

  /**
   * @param background [rows][features], at least one row
   */
  NumericLime(
      NumericInputs inputs,
      double[][] background,
      SampleCount samples,
      Surrogate.Settings settings) {
    this.inputs = inputs;
    this.scales = deviations(background);
    this.placeholder = background[0];
    this.designs =
        new Designs<>(
            features ->
                Surrogate.ofDeviations(features, samples.of(features), samples.seed(), settings));
  }

  private static double[] deviations(double[][] background) {
    double[] result = new double[background[0].length];
    for (int j = 0; j < result.length; j++) {
      double mean = 0;
      for (double[] row : background) {
        mean += row[j] / background.length;
      }
      double squares = 0;
      for (double[] row : background) {
        squares += (row[j] - mean) * (row[j] - mean);
      }
      result[j] = Math.sqrt(squares / background.length);
      if (!Double.isFinite(result[j])) {
        throw new IllegalArgumentException(
            "the background of LIME must be finite, but feature %d has the standard deviation %s; fill or leave out its rows"
                .formatted(j, result[j]));
      }
    }
    return result;
  }

  @Override
  public Neighborhood around(Object[] values) {
    double[] row = inputs.read(values);
    for (int i = 0; i < row.length; i++) {
      if (!Double.isFinite(row[i])) {
        throw new RefusedValueException(
            "feature %d must be finite, but is %s".formatted(i, row[i]));
      }
    }
    return new Samples(values, row, designs.of(row.length));
  }

  @Override
  public Object[] placeholder() {
    return inputs.write(placeholder);
  }

  private final class Samples extends SurrogateSamples {
    private final Object[] values;
    private final double[] row;
    private final Surrogate surrogate;

    Samples(Object[] values, double[] row, Surrogate surrogate) {
      super(surrogate);
      this.values = values;
      this.row = row;
      this.surrogate = surrogate;
    }

    @Override
    public Object[] sample(int number) {
      if (number == 0) {
        return values;
      }
      double[] moved = row.clone();
      double[] deviations = surrogate.sample(number);
      for (int i = 0; i < moved.length; i++) {
        moved[i] += scales[i] * deviations[i];
      }
      return inputs.write(moved);
    }

    @Override
    Surrogate.Fit inTermsOfTheRow(Surrogate.Fit fit) {
      double[] coefficients = fit.coefficients().clone();
      double intercept = fit.intercept();
      for (int i = 0; i < coefficients.length; i++) {
        coefficients[i] = scales[i] > 0 ? coefficients[i] / scales[i] : 0;
        intercept -= coefficients[i] * row[i];
      }
      return new Surrogate.Fit(coefficients, intercept, fit.rSquared());
    }

    @Override
    public List<String> partNames() {
      return List.of();
    }
  }
}
