// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.transform.nlp.TextToCharacterIndexTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences on streams: whatever needs no rows but one. */
class SequenceStreamingTest {
  private static final long DEADLINE_MS = 600_000;
  private static final StructType COLUMNS = StructType.fromDDL("id INT, text STRING");
  private static final Schema TEXT = new Schema.Builder().addColumnString("text").build();

  @Test
  void sequencesOfSingleRowsAndStepsOnThemGiveWhatTheBatchGives(@TempDir Path folder)
      throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(
        input.resolve("a.csv"), "1,abcab\n2,b\n3,xyz\n4,cc\n", StandardCharsets.UTF_8);
    SparkSession spark = TestSpark.session();
    DataVecTransformer stage =
        new DataVecTransformer()
            .setTransformProcess(
                new TransformProcess.Builder(TEXT)
                    .convertToSequence()
                    .transform(
                        new TextToCharacterIndexTransform(
                            "text", "index", Map.of('a', 0, 'b', 1, 'c', 2), false))
                    .splitSequence(new SplitMaxLengthSequence(2, false))
                    .build());

    Dataset<Row> stream = stage.transform(spark.readStream().schema(COLUMNS).csv(input.toString()));
    assertThat(stream.isStreaming()).isTrue();
    StreamingQuery query =
        stream
            .writeStream()
            .format("memory")
            .queryName("indices")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    List<Row> batch =
        stage.transform(spark.read().schema(COLUMNS).csv(input.toString())).collectAsList();
    assertThat(spark.table("indices").collectAsList()).isEqualTo(batch);
    assertThat(batch)
        .extracting(row -> row.getList(0) + " " + row.getInt(1))
        .containsExactly("[0, 1] 1", "[2, 0] 1", "[1] 1", "[1] 2", "[] 3", "[2, 2] 4");
  }

  @Test
  void aGroupingIsRefusedWithTheRemedy(@TempDir Path folder) {
    DataVecTransform transform =
        DataVecTransform.of(
            new TransformProcess.Builder(
                    new Schema.Builder().addColumnInteger("id").addColumnString("text").build())
                .convertToSequence("id", new NumericalColumnComparator("id"))
                .build());
    Dataset<Row> stream = TestSpark.session().readStream().schema(COLUMNS).csv(folder.toString());

    assertThatThrownBy(() -> transform.apply(stream))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream")
        .hasMessageContaining("foreachBatch")
        .hasMessageContaining("convertToSequence()");
  }
}
