// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns packed rows into the tensors of a batch: copies, widens bytes, makes one-hot labels, pads
 * sequences to the longest of the batch, and writes masks.
 *
 * <p>A sequence tensor is float32 [rows, size, steps]. Its mask, float32 [rows, steps], is 1 for
 * steps that a row has, or what the step counts ({@link LabelWeights}), and 0 for padding. Not
 * thread-safe.
 */
final class BatchAssembler {

  private final TensorStore store;
  private final LabelWeights weights;
  private final List<TensorColumn> inputs;
  private final List<TensorColumn> labels;
  private final boolean weighted;
  private final ValueWriter values = new ValueWriter();

  BatchAssembler(TensorStore store, BatchFormat format) {
    this.store = store;
    this.weights = format.weights();
    this.inputs = format.layout().inputs();
    this.labels = format.layout().labels();
    this.weighted = format.layout().weighted();
  }

  /** Writes the rows of those numbers into the buffers. */
  void assemble(long[] rowNumbers, int rows, BatchBuffers out) {
    prepare(rowNumbers, rows, out);
    for (int row = 0; row < rows; row++) {
      ByteBuffer packed = store.row(rowNumbers[row]);
      int at = packed.position();
      float weight = weighted ? packed.getFloat(packed.limit() - Float.BYTES) : 1f;
      for (int i = 0; i < inputs.size(); i++) {
        at = readInput(i, row, packed, at, out);
      }
      for (int i = 0; i < labels.size(); i++) {
        at = readLabel(i, row, weight, packed, at, out);
      }
    }
  }

  private void prepare(long[] rowNumbers, int rows, BatchBuffers out) {
    int[] longest = new int[inputs.size() + labels.size()];
    boolean[] unequal = new boolean[longest.length];
    measure(rowNumbers, rows, longest, unequal);
    for (int i = 0; i < inputs.size(); i++) {
      reshape(out.features(i), inputs.get(i), rows, longest[i]);
      out.featuresMasked()[i] = unequal[i];
      if (unequal[i]) {
        out.featureMask(i).reshape(rows, longest[i]);
      }
    }
    for (int i = 0; i < labels.size(); i++) {
      int column = inputs.size() + i;
      reshape(out.labels(i), labels.get(i), rows, longest[column]);
      boolean masked = unequal[column] || weights.apply(i);
      out.labelsMasked()[i] = masked;
      if (masked) {
        reshapeLabelMask(out.labelMask(i), labels.get(i), rows, longest[column]);
      }
    }
  }

  private static void reshape(BatchTensor tensor, TensorColumn column, int rows, int steps) {
    switch (column.form()) {
      case FLAT -> tensor.reshape(rows, column.size());
      case SEQUENCE -> tensor.reshape(rows, column.size(), steps);
      case IMAGE ->
          tensor.reshape(rows, column.shape().get(0), column.shape().get(1), column.shape().get(2));
    }
  }

  private static void reshapeLabelMask(BatchTensor mask, TensorColumn column, int rows, int steps) {
    switch (column.form()) {
      case FLAT -> mask.reshape(rows, 1);
      case SEQUENCE -> mask.reshape(rows, steps);
      case IMAGE -> mask.reshape(rows, 1, 1, 1);
    }
  }

  /** Finds the longest sequence of each column, and whether there are shorter ones. */
  private void measure(long[] rowNumbers, int rows, int[] longest, boolean[] unequal) {
    boolean vary = false;
    for (int i = 0; i < longest.length; i++) {
      longest[i] = column(i).maxSteps();
      vary |= column(i).stepsVary();
    }
    if (!vary) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      ByteBuffer packed = store.row(rowNumbers[row]);
      int at = packed.position();
      for (int i = 0; i < longest.length; i++) {
        TensorColumn column = column(i);
        int steps = steps(column, packed, at);
        if (column.stepsVary()) {
          unequal[i] |= row > 0 && steps != longest[i];
          longest[i] = row == 0 ? steps : Math.max(longest[i], steps);
        }
        at += column.rowBytes(steps);
      }
    }
  }

  private TensorColumn column(int index) {
    return index < inputs.size() ? inputs.get(index) : labels.get(index - inputs.size());
  }

  private static int steps(TensorColumn column, ByteBuffer packed, int at) {
    return column.stepsVary() ? packed.getInt(at) : column.maxSteps();
  }

  private int readInput(int index, int row, ByteBuffer packed, int at, BatchBuffers out) {
    TensorColumn column = inputs.get(index);
    int steps = steps(column, packed, at);
    values.write(column, row, steps, packed, valuesAt(column, at), out.features(index));
    if (out.featuresMasked()[index]) {
      BatchTensor mask = out.featureMask(index);
      int places = mask.lastAxis();
      for (int step = 0; step < places; step++) {
        mask.floats().put(row * places + step, step < steps ? 1f : 0f);
      }
    }
    return at + column.rowBytes(steps);
  }

  private int readLabel(
      int index, int row, float weight, ByteBuffer packed, int at, BatchBuffers out) {
    TensorColumn column = labels.get(index);
    int steps = steps(column, packed, at);
    int first = valuesAt(column, at);
    values.write(column, row, steps, packed, first, out.labels(index));
    if (out.labelsMasked()[index]) {
      BatchTensor mask = out.labelMask(index);
      int places = mask.lastAxis();
      for (int step = 0; step < places; step++) {
        float counts = 0f;
        if (step < steps) {
          boolean ofClass = column.storage() == TensorColumn.Storage.CLASS_INDEX;
          int classIndex = ofClass ? packed.getInt(first + step * Integer.BYTES) : 0;
          counts = weights.apply(index) ? weights.of(index, weight, classIndex) : 1f;
        }
        mask.floats().put(row * places + step, counts);
      }
    }
    return at + column.rowBytes(steps);
  }

  private static int valuesAt(TensorColumn column, int at) {
    return column.stepsVary() ? at + Integer.BYTES : at;
  }
}
