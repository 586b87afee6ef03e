// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.BitSet;
import java.util.List;

/**
 * Kernel SHAP: a row's parts are worth what the model says on average when the others are filled
 * from the background; see {@link Coalitions}.
 */
final class KernelShapMethod implements LocalMethod {
  private static final long serialVersionUID = 1L;
  private static final BitSet NOTHING = new BitSet();

  private final Components components;
  private final SampleCount samples;
  private final Designs<Coalitions> designs;

  KernelShapMethod(Components components, SampleCount samples) {
    this.components = components;
    this.samples = samples;
    this.designs = new Designs<>(parts -> Coalitions.of(parts, samples.of(parts), samples.seed()));
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

  /** The row; then, for each background, nothing of it; then, coalition by coalition, the same. */
  private static final class Samples implements Neighborhood {
    private final Object[] inputs;
    private final Parts parts;
    private final Coalitions coalitions;
    private double[] full;
    private double[][] worth; // [targets][1 + coalitions], the empty one first

    Samples(Object[] inputs, Parts parts, Coalitions coalitions) {
      this.inputs = inputs;
      this.parts = parts;
      this.coalitions = coalitions;
    }

    @Override
    public int size() {
      return Math.addExact(1, Math.multiplyExact(parts.backgroundCount(), 1 + coalitions.count()));
    }

    @Override
    public Object[] sample(int number) {
      if (number == 0) {
        return inputs;
      }
      int coalition = coalition(number);
      return parts.with(
          coalition == 0 ? NOTHING : coalitions.present(coalition - 1),
          (number - 1) % parts.backgroundCount());
    }

    /** 0 for the empty one. */
    private int coalition(int number) {
      return (number - 1) / parts.backgroundCount();
    }

    @Override
    public void answer(int number, double[] targets) {
      if (number == 0) {
        full = targets;
        worth = new double[targets.length][1 + coalitions.count()];
        return;
      }
      for (int target = 0; target < targets.length; target++) {
        worth[target][coalition(number)] += targets[target] / parts.backgroundCount();
      }
    }

    @Override
    public Explanation explanation() {
      double[][] values = new double[full.length][];
      double[] base = new double[full.length];
      double[] rSquared = new double[full.length];
      for (int target = 0; target < full.length; target++) {
        base[target] = worth[target][0];
        double[] ofCoalitions = new double[coalitions.count()];
        System.arraycopy(worth[target], 1, ofCoalitions, 0, ofCoalitions.length);
        values[target] = coalitions.shapleyValues(ofCoalitions, base[target], full[target]);
        rSquared[target] = coalitions.rSquared(ofCoalitions, base[target], values[target]);
      }
      return new Explanation(values, base, rSquared);
    }

    @Override
    public List<String> partNames() {
      return parts.names();
    }
  }
}
