// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.List;

/**
 * LIME over parts that are there or not: values are what their presence adds, and the base is what
 * the surrogate says of nothing.
 */
final class MaskedLime implements LocalMethod {
  private static final long serialVersionUID = 1L;

  private final Components components;
  private final SampleCount samples;
  private final Designs<Surrogate> designs;

  MaskedLime(Components components, SampleCount samples, Surrogate.Settings settings) {
    this.components = components;
    this.samples = samples;
    this.designs =
        new Designs<>(
            parts -> Surrogate.ofMasks(parts, samples.of(parts), samples.seed(), settings));
  }

  @Override
  public Neighborhood around(Object[] inputs) {
    Parts parts = components.of(inputs);
    samples.refuse(parts.count());
    return new Samples(inputs, parts, designs.of(parts.count()));
  }

  @Override
  public Object[] placeholder() {
    return components.placeholder();
  }

  private static final class Samples extends SurrogateSamples {
    private final Object[] inputs;
    private final Parts parts;
    private final Surrogate surrogate;

    Samples(Object[] inputs, Parts parts, Surrogate surrogate) {
      super(surrogate);
      this.inputs = inputs;
      this.parts = parts;
      this.surrogate = surrogate;
    }

    @Override
    public Object[] sample(int number) {
      return number == 0 ? inputs : parts.with(surrogate.present(number), 0);
    }

    @Override
    Surrogate.Fit inTermsOfTheRow(Surrogate.Fit fit) {
      return fit;
    }

    @Override
    public List<String> partNames() {
      return parts.names();
    }
  }
}
