// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.ops.IAggregableReduceOp;
import org.datavec.api.transform.reduce.AggregableReductionUtils;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * The reduction of one group under way: DataVec's own operation for each column of the result, save
 * that distinct values are counted and not estimated. Nulls are what {@link RowEntry} left out.
 *
 * <p>Of no values a count is 0, a text is empty and all else is null, where DataVec has a mean of 0
 * and fails on a range. Holds the distinct values that it counts, and nothing else that grows. Not
 * thread-safe.
 */
final class GroupReduction {
  private final List<Reducing> results = new ArrayList<>();

  GroupReduction(Reduction reduction) {
    for (Reduction.Result result : reduction.results()) {
      ColumnMetaData column = reduction.input().getMetaData(result.column());
      results.add(new Reducing(result, column));
    }
  }

  /** Adds a record, as it came out of {@link RowEntry}. */
  void accept(List<Writable> record) {
    for (Reducing result : results) {
      result.accept(record.get(result.column));
    }
  }

  List<Writable> result() {
    return results.stream().map(Reducing::value).toList();
  }

  /** One column of the result. */
  private static final class Reducing {
    private final int column;
    private final ValueKind kind;
    private final Optional<ReduceOp> op;
    private final Optional<IAggregableReduceOp<Writable, List<Writable>>> running;
    private final Set<Object> distinct = new HashSet<>();
    private Writable key = NullWritable.INSTANCE;
    private boolean empty = true;

    Reducing(Reduction.Result result, ColumnMetaData meta) {
      column = result.column();
      op = result.op();
      kind = ValueKind.of(meta.getColumnType()).orElseThrow();
      running =
          op.filter(o -> o != ReduceOp.CountUnique)
              .map(
                  o ->
                      AggregableReductionUtils.reduceColumn(
                          List.of(o), meta.getColumnType(), false, meta));
    }

    void accept(Writable value) {
      if (value instanceof NullWritable) {
        return;
      }
      empty = false;
      if (running.isPresent()) {
        running.get().accept(value);
      } else if (op.isPresent()) {
        distinct.add(kind.valueOf(value).orElseThrow());
      } else {
        key = value;
      }
    }

    Writable value() {
      if (op.isEmpty()) {
        return key;
      }
      if (!empty && running.isPresent()) {
        return running.get().get().get(0);
      }
      return switch (op.get()) {
        case Count, CountUnique -> new LongWritable(distinct.size());
        case Append, Prepend -> new Text("");
        default -> NullWritable.INSTANCE;
      };
    }
  }
}
