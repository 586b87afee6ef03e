// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * Scores rows with a model of tensors. Used by one thread; another one may close it, which waits
 * for the batch that is scored.
 */
final class TensorScorer implements BatchScorer {

  private final ModelBinding binding;
  private final TensorEngine engine;
  private final int rowLimit;
  private final int padTo;
  private final TensorRows[] inputs;
  private final DataType[] columnTypes;
  private boolean closed;

  /** The engine becomes the scorer's own. */
  TensorScorer(ModelBinding binding, TensorEngine engine) {
    this.binding = binding;
    this.engine = engine;
    this.padTo = binding.fixedRows();
    this.rowLimit = padTo == 0 ? binding.batch().rows() : Math.min(binding.batch().rows(), padTo);
    this.inputs = new TensorRows[binding.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new TensorRows(binding.inputs().get(i), binding.columns().get(i));
    }
    this.columnTypes =
        binding.fields().stream().map(StructField::dataType).toArray(DataType[]::new);
  }

  @Override
  public Offer offer(Row row) {
    int rows = inputs[0].rows();
    if (rows == rowLimit) {
      return Offer.FULL;
    }
    boolean used = true;
    for (int i = 0; i < inputs.length; i++) {
      used &= read(row, i);
    }
    if (!used) {
      return Offer.SKIPPED;
    }
    boolean shaped = Arrays.stream(inputs).allMatch(TensorRows::hasShapeOfBatch);
    long bytes = Arrays.stream(inputs).mapToLong(TensorRows::bytesWithRow).sum();
    if (!shaped || (rows > 0 && bytes > binding.batch().bytes())) {
      return Offer.FULL;
    }
    Arrays.stream(inputs).forEach(TensorRows::add);
    return Offer.ADDED;
  }

  /** Reads a row's value for an input; false if the row is left out. */
  private boolean read(Row row, int i) {
    TensorRows input = inputs[i];
    return switch (input.read(row.get(binding.places().get(i)))) {
      case VALUES -> true;
      case INVALID -> keep(input, "is null, NaN or infinite at place " + input.firstInvalid());
      case NULL -> {
        boolean kept = keep(input, "is null");
        if (kept && !input.knowsShape()) {
          throw invalid(input, "is null in the first row, so that its shape is unknown");
        }
        yield kept;
      }
    };
  }

  private boolean keep(TensorRows input, String problem) {
    if (binding.handleInvalid() == HandleInvalid.ERROR) {
      throw invalid(input, problem + "; clean it, or set handleInvalid to 'skip' or 'keep'");
    }
    return binding.handleInvalid() == HandleInvalid.KEEP;
  }

  private static IllegalArgumentException invalid(TensorRows input, String problem) {
    return new IllegalArgumentException("column '%s' %s".formatted(input.column(), problem));
  }

  @Override
  public synchronized List<Object[]> score() {
    if (closed) {
      throw new IllegalStateException("no batch can be scored: the task has ended");
    }
    int rows = inputs[0].rows();
    for (TensorRows input : inputs) {
      input.padTo(padTo);
    }
    int given = Math.max(rows, padTo);
    List<OutputValues> outputs = engine.run(Arrays.stream(inputs).map(TensorRows::batch).toList());
    Arrays.stream(inputs).forEach(TensorRows::clear);
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).rows() != given) {
        throw new IllegalStateException(
            "the model must give one value a row, but its output '%s' has %d for %d rows; choose other outputs"
                .formatted(binding.outputs().get(i).name(), outputs.get(i).rows(), given));
      }
    }
    List<Object[]> scored = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      Object[] values = new Object[columnTypes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = outputs.get(i).value(row, columnTypes[i]);
      }
      scored.add(values);
    }
    return scored;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      engine.close();
    }
  }
}
