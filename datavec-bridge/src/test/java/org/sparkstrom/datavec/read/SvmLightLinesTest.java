// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.reader.impl.misc.SVMLightRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.LocalSpark;

class SvmLightLinesTest {
  private static final long DEADLINE_MS = 120_000;
  private static final int FEATURES = 12;

  private final SparkSession spark = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void linesAreReadAsSparkAndDataVecReadThem() throws Exception {
    long seed = System.nanoTime();
    Path file = write(randomLines(new Random(seed), 1));

    List<Row> ours = SvmLightLines.of(FEATURES).read(spark, file.toString()).collectAsList();

    assertThat(ours)
        .as("seed %s", seed)
        .isEqualTo(
            spark
                .read()
                .format("libsvm")
                .option("numFeatures", FEATURES)
                .load(file.toString())
                .collectAsList());
    assertThat(flat(ours)).as("seed %s", seed).isEqualTo(dataVec(file, new Configuration(), false));
  }

  @Test
  void severalLabelsAndIndicesFromZeroAreReadAsDataVecReadsThem() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (String line : randomLines(random, 0)) {
      int space = line.indexOf(' ');
      String features = space < 0 ? "" : line.substring(space);
      // A line of nothing but a comment is a record for DataVec, and none here
      int choice = features.isEmpty() ? 1 : random.nextInt(5);
      String labels = List.of("", "1", "3", "2,4", "1,2,3,4").get(choice);
      lines.add(labels + features + " # why");
    }
    Path file = write(lines);
    Configuration several = new Configuration();
    several.setBoolean(SVMLightRecordReader.MULTILABEL, true);
    several.setInt(SVMLightRecordReader.NUM_LABELS, 4);

    Dataset<Row> ours =
        SvmLightLines.of(FEATURES)
            .withFeaturesFrom(IndexBase.ZERO)
            .withLabels(4, IndexBase.ONE)
            .read(spark, file.toString());

    assertThat(ours.columns()).containsExactly("labels", "features");
    assertThat(flat(ours.collectAsList()))
        .as("seed %s", seed)
        .isEqualTo(dataVec(file, several, true));
  }

  @Test
  void commentsEmptyLinesAndQueryIdsAreNoData() throws Exception {
    Path file = write(List.of("# title", "", "  ", "-1.5 qid:7 2:3 12:1e-3#end", "+2"));

    assertThat(SvmLightLines.of(FEATURES).read(spark, file.toString()).collectAsList())
        .containsExactly(
            RowFactory.create(
                -1.5, Vectors.sparse(FEATURES, new int[] {1, 11}, new double[] {3, 1e-3})),
            RowFactory.create(2.0, Vectors.sparse(FEATURES, new int[0], new double[0])));
  }

  @Test
  void eachBadLineHasItsReason() throws Exception {
    assertReason("x 1:1", "the label must be a number, but is 'x'");
    assertReason("1 0:1", "the index of a feature must be from 1 to 12, but is 0");
    assertReason("1 13:1", "from 1 to 12, but is 13");
    assertReason("1 2:1 2:2", "must ascend, but '2:2' does not");
    assertReason("1 2:1 1:2", "must ascend, but '1:2' does not");
    assertReason("1 2", "a feature must be index:value, but is '2'");
    assertReason("1 a:2", "must be a whole number, but is 'a'");
    assertReason("1 2:b", "the value of '2:b' must be a number");
    assertReason("1 99999999999999999999:1", "whole number");
  }

  private void assertReason(String line, String reason) {
    Dataset<Row> data = LocalSpark.frame("line STRING, id INT", RowFactory.create(line, 1));
    SvmLightLines reader = SvmLightLines.of(FEATURES);

    assertThatThrownBy(() -> reader.parse(data, "line").collectAsList())
        .hasStackTraceContaining(reason)
        .hasStackTraceContaining("line '" + line + "'")
        .hasStackTraceContaining("set handleInvalid to skip");
    assertThat(reader.withHandleInvalid(HandleInvalid.SKIP).parse(data, "line").collectAsList())
        .isEmpty();
    assertThat(reader.withHandleInvalid(HandleInvalid.KEEP).parse(data, "line").collectAsList())
        .containsExactly(RowFactory.create(1, null, null));
  }

  @Test
  void aStreamGivesTheRowsThatTheBatchGives() throws Exception {
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.writeString(input.resolve("a.svm"), "1 1:2\nbad\n0 3:4\n", StandardCharsets.UTF_8);
    SvmLightLines reader = SvmLightLines.of(FEATURES).withHandleInvalid(HandleInvalid.SKIP);
    StreamingQuery query =
        reader
            .readStream(spark, input.toString())
            .writeStream()
            .format("memory")
            .queryName("svm")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    assertThat(spark.table("svm").collectAsList())
        .hasSize(2)
        .isEqualTo(reader.read(spark, input.toString()).collectAsList());
  }

  private static List<String> randomLines(Random random, int first) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      StringBuilder line = new StringBuilder().append(random.nextInt(5) - 2);
      for (int index = first; index < FEATURES + first; index++) {
        if (random.nextInt(3) == 0) {
          line.append(' ').append(index).append(':').append(random.nextGaussian());
        }
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private Path write(List<String> lines) throws Exception {
    return Files.write(folder.resolve("data.svm"), lines, StandardCharsets.UTF_8);
  }

  /** Features, then labels, as DataVec lists them. */
  private static List<List<Double>> flat(List<Row> rows) {
    List<List<Double>> flat = new ArrayList<>();
    for (Row row : rows) {
      List<Double> record = new ArrayList<>();
      for (double value : ((Vector) row.get(1)).toArray()) {
        record.add(value);
      }
      if (row.get(0) instanceof Vector labels) {
        for (double value : labels.toArray()) {
          record.add(value);
        }
      } else {
        record.add(row.getDouble(0));
      }
      flat.add(record);
    }
    return flat;
  }

  private static List<List<Double>> dataVec(Path file, Configuration conf, boolean zeroBased)
      throws Exception {
    conf.setInt(SVMLightRecordReader.NUM_FEATURES, FEATURES);
    conf.setBoolean(SVMLightRecordReader.ZERO_BASED_INDEXING, zeroBased);
    List<List<Double>> records = new ArrayList<>();
    try (SVMLightRecordReader reader = new SVMLightRecordReader()) {
      reader.initialize(conf, new FileSplit(file.toFile()));
      while (reader.hasNext()) {
        records.add(reader.next().stream().map(Writable::toDouble).toList());
      }
    }
    return records;
  }
}
