// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * A function over batches, bound to columns.
 *
 * @param function the function
 * @param columns its input columns
 * @param places where they are
 * @param fields the columns that it gives
 * @param batchRows rows of a batch
 * @param handleInvalid what happens to rows with a null in an input column
 */
record FunctionSource(
    BatchFunction function,
    List<String> columns,
    List<Integer> places,
    List<StructField> fields,
    int batchRows,
    HandleInvalid handleInvalid)
    implements ScorerSource {

  @Override
  public BatchScorer open() {
    return new Scorer(this);
  }

  /** The function at work in one task. */
  private static final class Scorer implements BatchScorer {

    private final FunctionSource source;
    private final List<Row> batch = new ArrayList<>();

    Scorer(FunctionSource source) {
      this.source = source;
    }

    @Override
    public Offer offer(Row row) {
      if (batch.size() == source.batchRows) {
        return Offer.FULL;
      }
      Object[] values = new Object[source.places.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(source.places.get(i));
        if (values[i] == null && source.handleInvalid != HandleInvalid.KEEP) {
          if (source.handleInvalid == HandleInvalid.SKIP) {
            return Offer.SKIPPED;
          }
          throw new IllegalArgumentException(
              "column '%s' is null; clean it, or set handleInvalid to 'skip', or to 'keep' to give nulls to the function"
                  .formatted(source.columns.get(i)));
        }
      }
      batch.add(RowFactory.create(values));
      return Offer.ADDED;
    }

    @Override
    public List<Object[]> score() {
      List<Row> given = source.function.apply(List.copyOf(batch));
      int rows = batch.size();
      batch.clear();
      if (given.size() != rows) {
        throw new IllegalStateException(
            "the function must give a row for each of the batch's %d rows, but gives %d"
                .formatted(rows, given.size()));
      }
      return given.stream().map(this::values).toList();
    }

    private Object[] values(Row row) {
      if (row.size() != source.fields.size()) {
        throw new IllegalStateException(
            "the function must give the columns %s, but gives rows of %d values"
                .formatted(source.fields.stream().map(StructField::name).toList(), row.size()));
      }
      return IntStream.range(0, row.size()).mapToObj(row::get).toArray();
    }

    @Override
    public void close() {
      batch.clear();
    }
  }
}
