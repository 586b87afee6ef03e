// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.BitSet;
import java.util.List;

/**
 * Columns as parts, whatever their types: an absent one has the value of a background row.
 *
 * @param background [rows][columns], at least one row
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record ColumnComponents(Object[][] background) implements Components {

  @Override
  public Parts of(Object[] inputs) {
    return new Columns(inputs, background);
  }

  @Override
  public Object[] placeholder() {
    return background[0].clone();
  }

  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Columns(Object[] inputs, Object[][] background) implements Parts {

    @Override
    public int count() {
      return inputs.length;
    }

    @Override
    public int backgroundCount() {
      return background.length;
    }

    @Override
    public Object[] with(BitSet present, int number) {
      Object[] values = background[number].clone();
      for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
        values[i] = inputs[i];
      }
      return values;
    }

    @Override
    public List<String> names() {
      return List.of();
    }
  }
}
