// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamingTest {
  private static final long DEADLINE_MS = 600_000;

  @Test
  void aStreamGivesTheRowsThatTheBatchGives(@TempDir Path folder) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(
        input.resolve("a.csv"),
        "1,\"Braund, \"\"Mr.\"\" Owen\",m\n2,Ana,f\n3,Eve,?\n",
        StandardCharsets.UTF_8);
    SparkSession spark = TestSpark.session();
    StructType columns = StructType.fromDDL("id INT, name STRING, sex STRING");
    DataVecTransformer stage =
        new DataVecTransformer()
            .setHandleInvalid("skip")
            .setTransformProcess(
                new TransformProcess.Builder(
                        new Schema.Builder()
                            .addColumnString("name")
                            .addColumnCategorical("sex", "m", "f")
                            .build())
                    .categoricalToOneHot("sex")
                    .build());

    Dataset<Row> stream =
        stage.transform(
            spark.readStream().schema(columns).option("escape", "\"").csv(input.toString()));
    assertThat(stream.isStreaming()).isTrue();
    StreamingQuery query =
        stream
            .writeStream()
            .format("memory")
            .queryName("prepared")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    List<Row> batch =
        stage
            .transform(spark.read().schema(columns).option("escape", "\"").csv(input.toString()))
            .collectAsList();
    assertThat(spark.table("prepared").collectAsList()).hasSize(2).isEqualTo(batch);
    assertThat(batch.get(0).getString(0)).isEqualTo("Braund, \"Mr.\" Owen");
  }

  @Test
  void aReduceInAnyOrderRunsOnAStreamAndOneInOrderIsRefused(@TempDir Path folder) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(input.resolve("a.csv"), "1,x\n2,y\n3,x\n", StandardCharsets.UTF_8);
    SparkSession spark = TestSpark.session();
    StructType columns = StructType.fromDDL("n INT, key STRING");
    Dataset<Row> stream = spark.readStream().schema(columns).csv(input.toString());
    DataVecTransform sum = reduce(new Reducer.Builder(ReduceOp.Sum));

    StreamingQuery query =
        sum.apply(stream)
            .writeStream()
            .format("memory")
            .queryName("reduced")
            .outputMode("complete")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    assertThat(spark.table("reduced").collectAsList())
        .hasSize(2)
        .containsExactlyInAnyOrderElementsOf(
            sum.apply(spark.read().schema(columns).csv(input.toString())).collectAsList());
    for (ReduceOp op : List.of(ReduceOp.Mean, ReduceOp.TakeLast, ReduceOp.CountUnique)) {
      assertThatThrownBy(() -> reduce(new Reducer.Builder(op)).apply(stream))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("step 1 of 1, Reducer on [key]")
          .hasMessageContaining("foreachBatch");
    }
  }

  private static DataVecTransform reduce(Reducer.Builder reducer) {
    Schema schema = new Schema.Builder().addColumnInteger("n").addColumnString("key").build();
    return DataVecTransform.of(
        new TransformProcess.Builder(schema).reduce(reducer.keyColumns("key").build()).build());
  }
}
