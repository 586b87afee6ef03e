// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;

/** What crosses into a task still works on the other side, and is small. */
class TaskSerializationTest {
  private static final TransformProcess PROCESS =
      new TransformProcess.Builder(new Schema.Builder().addColumnCategorical("c", "x", "y").build())
          .categoricalToInteger("c")
          .build();

  @Test
  void theRowTaskWorksAfterItsJourney() throws Exception {
    StructType input = StructType.fromDDL("c0 STRING, p0 INT");
    RowTask task =
        new RowTask(
            PROCESS.toJson(), StepRange.all(PROCESS), HandleInvalid.ERROR, input, SkipCount.NONE);

    RowTask received = (RowTask) roundTrip(task);

    assertThat(received).isEqualTo(task);
    assertThat(received.call(List.of(RowFactory.create("y", 5)).iterator()).next())
        .isEqualTo(RowFactory.create(1, 5));
  }

  @Test
  void theRecordTaskWorksAfterItsJourney() throws Exception {
    RecordTask task = new RecordTask(PROCESS.toJson(), HandleInvalid.ERROR, SkipCount.NONE);
    List<Writable> record = List.of(new Text("y"));

    RecordTask received = (RecordTask) roundTrip(task);

    assertThat(received.call(List.of(record).iterator()).next())
        .isEqualTo(List.of(new IntWritable(1)));
  }

  @Test
  void theTaskOfRefusedRowsWorksAfterItsJourney() throws Exception {
    StructType input = StructType.fromDDL("c0 STRING, row STRUCT<c: STRING>");
    RefusedRowTask task = new RefusedRowTask(PROCESS.toJson(), input);
    Row original = RowFactory.create("z");

    RefusedRowTask received = (RefusedRowTask) roundTrip(task);

    assertThat(received).isEqualTo(task);
    Row refused = received.call(List.of(RowFactory.create("z", original)).iterator()).next();
    assertThat(refused.getString(2)).isEqualTo("z");
    assertThat(refused.getStruct(4)).isEqualTo(original);
  }

  @Test
  void theTaskOfSequencesWorksAfterItsJourney() throws Exception {
    TransformProcess process =
        new TransformProcess.Builder(new Schema.Builder().addColumnInteger("k").build())
            .convertToSequence("k", new NumericalColumnComparator("k"))
            .build();
    SequenceTask task =
        new SequenceTask(
            process.toJson(),
            StepRange.all(process),
            HandleInvalid.ERROR,
            StructType.fromDDL("c0 INT, place BIGINT"),
            List.of("key_k"),
            SkipCount.NONE);

    SequenceTask received = (SequenceTask) roundTrip(task);

    assertThat(received).isEqualTo(task);
    Row sequence = received.call(List.of(RowFactory.create(3, 0L)).iterator()).next();
    assertThat((Object[]) sequence.get(0)).containsExactly(3);
    assertThat(sequence.get(1)).isEqualTo(3);
  }

  @Test
  void theTasksOfConversionsWorkAfterTheirJourney() throws Exception {
    String schema = PROCESS.getInitialSchema().toJson();
    RowsToRecords there =
        new RowsToRecords(schema, HandleInvalid.ERROR, StructType.fromDDL("c0 STRING"));
    RecordsToRows back = new RecordsToRows(schema, HandleInvalid.ERROR);
    Row row = RowFactory.create("y");

    List<Writable> record = ((RowsToRecords) roundTrip(there)).call(List.of(row).iterator()).next();

    assertThat(record).isEqualTo(List.of(new Text("y")));
    assertThat(((RecordsToRows) roundTrip(back)).call(List.of(record).iterator()).next())
        .isEqualTo(row);
  }

  @Test
  void theGroupTaskWorksAfterItsJourney() throws Exception {
    Schema schema = new Schema.Builder().addColumnString("k").addColumnDouble("x").build();
    TransformProcess process =
        new TransformProcess.Builder(schema)
            .reduce(new Reducer.Builder(ReduceOp.Mean).keyColumns("k").build())
            .build();
    StructType input = StructType.fromDDL("c0 STRING, c1 DOUBLE, g0 STRING, place BIGINT");
    GroupTask task = new GroupTask(process.toJson(), 0, input, 1);

    GroupTask received = (GroupTask) roundTrip(task);

    assertThat(received).isEqualTo(task);
    Iterator<Row> groups =
        received.call(
            List.of(
                    RowFactory.create(null, 5.0, null, 0L),
                    RowFactory.create("a", 1.0, "a", 1L),
                    RowFactory.create("a", 2.0, "a", 2L))
                .iterator());
    assertThat(groups.next()).isEqualTo(RowFactory.create(null, 5.0));
    assertThat(groups.next()).isEqualTo(RowFactory.create("a", 1.5));
    assertThat(groups.hasNext()).isFalse();
  }

  private static Object roundTrip(Object task) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(task);
    }
    assertThat(bytes.size()).isLessThan(10_000);
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
