// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * Brings the scored samples of each row back to the row, with its explanation.
 *
 * <p>It reads (row, number, sample, target), the samples of a row one behind the other, as a model
 * leaves them that keeps the order of rows within their partition. A model that leaves out some of
 * a row's samples, moves or repeats them is an error; one that leaves out all leaves out the row.
 */
final class FoldedRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private static final int ROW = 0;
  private static final int NUMBER = 1;
  private static final int SAMPLE = 2;
  private static final int TARGET = 3;

  private final SampleColumns columns;
  private final LocalMethod method;
  private final RowPolicy policy;
  private final TargetReader targets;
  private final OutputColumns outputs;

  FoldedRows(
      SampleColumns columns,
      LocalMethod method,
      RowPolicy policy,
      TargetReader targets,
      OutputColumns outputs) {
    this.columns = columns;
    this.method = method;
    this.policy = policy;
    this.targets = targets;
    this.outputs = outputs;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> samples) {
    return new Folds(samples);
  }

  private final class Folds implements Iterator<Row> {
    private final Iterator<Row> samples;
    private RowNumber last = new RowNumber(-1);
    private Optional<Row> ready = Optional.empty();

    Folds(Iterator<Row> samples) {
      this.samples = samples;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && samples.hasNext()) {
        ready = fold(samples.next());
      }
      return ready.isPresent();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      Row row = ready.get();
      ready = Optional.empty();
      return row;
    }

    /** A row from its samples, of which this is the first; empty if the policy leaves it out. */
    private Optional<Row> fold(Row first) {
      RowNumber number = new RowNumber(first.getLong(NUMBER));
      if (first.getInt(SAMPLE) > 0 || number.value() <= last.value()) {
        throw broken(number, "sample 0 of a further row", Optional.of(first));
      }
      last = number;
      Row row = first.getStruct(ROW);
      Object[] values = columns.values(row, columns.width() + outputs.count());
      if (first.getInt(SAMPLE) == SampleColumns.UNEXPLAINED) {
        return Optional.of(RowFactory.create(values));
      }
      Neighborhood neighborhood = method.around(columns.inputs(row));
      Optional<RefusedValueException> refusal = answers(first, number, neighborhood);
      if (refusal.isPresent() && !policy.keeps(refusal.get(), number)) {
        return Optional.empty();
      }
      Optional<Explanation> explanation =
          refusal.isPresent() ? Optional.empty() : Optional.of(neighborhood.explanation());
      outputs.fill(values, columns.width(), explanation, neighborhood);
      return Optional.of(RowFactory.create(values));
    }

    /** Has all samples answered; gives why one could not be. */
    private Optional<RefusedValueException> answers(
        Row first, RowNumber number, Neighborhood neighborhood) {
      Optional<RefusedValueException> refusal = Optional.empty();
      int targetCount = -1;
      Row sample = first;
      for (int i = 0; i < neighborhood.size(); i++) {
        if (i > 0) {
          sample = following(number, i, neighborhood.size());
        }
        if (refusal.isPresent()) {
          continue; // the others of the row are in the way of the next one
        }
        try {
          double[] answer = targets.read(sample.get(TARGET));
          targetCount = i == 0 ? answer.length : targetCount;
          if (answer.length != targetCount) {
            throw new RefusedValueException(
                "the model's %s must be as long for each sample, but has %d and %d entries"
                    .formatted(targets.column(), targetCount, answer.length));
          }
          neighborhood.answer(i, answer);
        } catch (RefusedValueException e) {
          refusal = Optional.of(e);
        }
      }
      return refusal;
    }

    private Row following(RowNumber number, int expected, int size) {
      String awaited = "sample %d of %d".formatted(expected, size);
      if (!samples.hasNext()) {
        throw broken(number, awaited, Optional.empty());
      }
      Row sample = samples.next();
      if (sample.getLong(NUMBER) != number.value() || sample.getInt(SAMPLE) != expected) {
        throw broken(number, awaited, Optional.of(sample));
      }
      return sample;
    }

    private IllegalStateException broken(RowNumber number, String awaited, Optional<Row> found) {
      return new IllegalStateException(
          "%s: the model must keep all perturbed rows in their order, but at %s, where %s must come, there is %s; if it leaves out rows, set its handleInvalid to error or keep, and let it neither sort nor join"
              .formatted(
                  policy.uid(),
                  number,
                  awaited,
                  found
                      .map(
                          row ->
                              "sample %d of %s"
                                  .formatted(
                                      row.getInt(SAMPLE), new RowNumber(row.getLong(NUMBER))))
                      .orElse("the partition's end")));
    }
  }
}
