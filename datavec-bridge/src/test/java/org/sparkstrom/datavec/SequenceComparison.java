// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.datavec.arrow.recordreader.ArrowWritableRecordBatch;
import org.datavec.arrow.recordreader.ArrowWritableRecordTimeSeriesBatch;
import org.datavec.local.transforms.LocalTransformExecutor;

/**
 * Holds a process that takes sequences against DataVec's local executor, sequence by sequence and
 * bit by bit. Rows carry an id that the process does not know. Times are instants: the session must
 * have {@code spark.sql.datetime.java8API.enabled}.
 */
final class SequenceComparison {
  private static final String ID = "the row's id";

  private final TransformProcess process;
  private final List<List<List<Writable>>> sequences;
  private final String context;

  SequenceComparison(
      TransformProcess process, List<List<List<Writable>>> sequences, String context) {
    this.process = process;
    this.sequences = sequences;
    this.context = context + "\n" + process.getActionList();
  }

  /** Compares, and returns how many sequences the executor had a result for. */
  int verify() {
    List<List<Object>> kept = kept();
    int compared = 0;
    for (int id = 0; id < sequences.size(); id++) {
      Optional<List<Object>> expected = expected(sequences.get(id));
      if (expected.isPresent()) {
        assertThat(kept.get(id))
            .as("sequence %s of %s", sequences.get(id), context)
            .isEqualTo(expected.get());
        compared++;
      }
    }
    return compared;
  }

  /** What ours gives for each sequence: the rows that its id came with. */
  private List<List<Object>> kept() {
    SequenceSchema initial = (SequenceSchema) process.getInitialSchema();
    StructType columns = SparkSchemas.toSpark(initial);
    SequenceConverter in = new SequenceConverter(columns, initial, TimeClasses.JAVA_TIME);
    List<Row> rows = new ArrayList<>();
    List<List<Object>> results = new ArrayList<>();
    for (int id = 0; id < sequences.size(); id++) {
      Row arrays = in.toRow(sequences.get(id));
      Object[] values = new Object[arrays.size() + 1];
      for (int i = 0; i < arrays.size(); i++) {
        values[i] = arrays.get(i);
      }
      values[arrays.size()] = (long) id;
      rows.add(RowFactory.create(values));
      results.add(new ArrayList<>());
    }
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(
                TestSpark.context().parallelize(rows, 1), columns.add(ID, DataTypes.LongType));
    DataVecTransform transform = DataVecTransform.of(process).withHandleInvalid(HandleInvalid.KEEP);
    Dataset<Row> result = transform.apply(data);
    assertThat(result.schema()).as(context).isEqualTo(transform.outputSchema(data.schema()));
    for (Row row : result.collectAsList()) {
      int width = row.size() - 1;
      results.get((int) row.getLong(width)).add(bits(row, width));
    }
    return results;
  }

  /** What DataVec gives for a sequence; empty when it throws, or no column can hold its result. */
  private Optional<List<Object>> expected(List<List<Writable>> sequence) {
    Schema result = DataVecTransform.of(process).finalSchema();
    try {
      if (!(result instanceof SequenceSchema schema)) {
        return Optional.of(
            rows(result, LocalExecutor.executeSequenceToSeparate(List.of(sequence), process)));
      }
      List<Object> rows = new ArrayList<>();
      for (List<List<Writable>> part : sequences(sequence)) {
        SequenceConverter out =
            new SequenceConverter(SparkSchemas.toSpark(result), schema, TimeClasses.JAVA_TIME);
        for (List<Writable> step : part) {
          StoredColumns.requireStorable(result, step);
        }
        rows.add(bits(out.toRow(part), result.numColumns()));
      }
      return Optional.of(rows);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static List<Object> rows(Schema result, List<List<Writable>> records) {
    RowConverter out =
        new RowConverter(SparkSchemas.toSpark(result), result, TimeClasses.JAVA_TIME);
    List<Object> rows = new ArrayList<>();
    for (List<Writable> record : records) {
      StoredColumns.requireStorable(result, record);
      rows.add(bits(out.toRow(record), result.numColumns()));
    }
    return rows;
  }

  private List<List<List<Writable>>> sequences(List<List<Writable>> sequence) {
    try {
      return unpacked(LocalTransformExecutor.executeSequenceToSequence(List.of(sequence), process));
    } catch (IndexOutOfBoundsException e) {
      // The executor cannot return an empty sequence, or none; a process by itself can
      boolean splits = process.getActionList().stream().anyMatch(a -> !isMapOrFilter(a));
      if (splits) {
        throw e;
      }
      List<List<Writable>> single = process.executeSequenceToSequence(sequence);
      return single == null ? List.of() : List.of(single);
    }
  }

  private static boolean isMapOrFilter(DataAction action) {
    return action.getTransform() != null || action.getFilter() != null;
  }

  /**
   * The executor's sequences. Those that are all of one length it returns in a batch whose second
   * and further sequences begin at the wrong time step, so the steps are taken from its columns.
   */
  static List<List<List<Writable>>> unpacked(List<List<List<Writable>>> result) {
    if (!(result instanceof ArrowWritableRecordTimeSeriesBatch)) {
      return result;
    }
    ArrowWritableRecordBatch first = (ArrowWritableRecordBatch) result.get(0);
    int length = first.size();
    ArrowWritableRecordBatch all = new ArrowWritableRecordBatch(first.getList(), first.getSchema());
    List<List<List<Writable>>> sequences = new ArrayList<>();
    for (int start = 0; start < all.size(); start += length) {
      List<List<Writable>> sequence = new ArrayList<>();
      for (int i = start; i < start + length; i++) {
        sequence.add(all.get(i));
      }
      sequences.add(sequence);
    }
    LocalExecutor.close(result);
    return sequences;
  }

  /** The values of a row's first columns such that equal means equal in all bits. */
  static List<Object> bits(Row row, int width) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      values.add(bits(row.get(i)));
    }
    return values;
  }

  private static Object bits(Object value) {
    if (value instanceof Double d) {
      return "double " + d + " " + Long.toHexString(Double.doubleToLongBits(d));
    } else if (value instanceof Float f) {
      return "float " + f + " " + Integer.toHexString(Float.floatToIntBits(f));
    } else if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    } else if (value instanceof scala.collection.Seq<?> steps) {
      List<Object> each = new ArrayList<>();
      scala.collection.JavaConverters.seqAsJavaList(steps).forEach(v -> each.add(bits(v)));
      return each;
    } else if (value instanceof Vector vector && vector.size() == 0) {
      return null; // what the local executor makes of an array without entries
    }
    return value;
  }

  static boolean hasNull(List<List<Writable>> sequence) {
    return sequence.stream().flatMap(List::stream).anyMatch(v -> v instanceof NullWritable);
  }
}
