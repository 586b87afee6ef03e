// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.BitSet;
import java.util.List;

/**
 * The entries of a vector or an array as parts: an absent one has the value of a background row.
 *
 * @param inputs reads and writes the column
 * @param background [rows][entries], at least one row
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record VectorComponents(NumericInputs inputs, double[][] background) implements Components {

  @Override
  public Parts of(Object[] values) {
    return new Entries(inputs, inputs.read(values), background);
  }

  @Override
  public Object[] placeholder() {
    return inputs.write(background[0]);
  }

  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Entries(NumericInputs inputs, double[] row, double[][] background)
      implements Parts {

    @Override
    public int count() {
      return row.length;
    }

    @Override
    public int backgroundCount() {
      return background.length;
    }

    @Override
    public Object[] with(BitSet present, int number) {
      double[] values = background[number].clone();
      for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
        values[i] = row[i];
      }
      return inputs.write(values);
    }

    @Override
    public List<String> names() {
      return List.of();
    }
  }
}
