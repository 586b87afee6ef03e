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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.SparkSchemas;
import org.sparkstrom.datavec.column.LocalSpark;

class CsvFilesTest {
  private static final Schema PEOPLE =
      new Schema.Builder()
          .addColumnInteger("id")
          .addColumnString("name")
          .addColumnCategorical("sex", "m", "f")
          .build();
  private static final Schema TEXTS =
      new Schema.Builder().addColumnInteger("id").addColumnsString("a", "b").build();

  private final SparkSession spark = LocalSpark.session();

  @TempDir Path folder;

  private int folders;

  private String file(String text) throws Exception {
    return Files.writeString(
            folder.resolve("data" + folders++ + ".csv"), text, StandardCharsets.UTF_8)
        .toString();
  }

  @Test
  void quotesSeparatorsAndLineEndsMayStandInValues() throws Exception {
    String file =
        file(
            "1,\"Braund, Mr. Owen\",m\n"
                + "2,\"say \"\"hi\"\"\",f\n"
                + "3,\"two\nlines, \\ and a backslash\",f\n"
                + "4,\"\",\n"
                + "5, spaces ,m\n");

    Dataset<Row> rows = CsvFiles.of(PEOPLE).read(spark, file);

    assertThat(rows.schema()).isEqualTo(SparkSchemas.toSpark(PEOPLE));
    assertThat(rows.collectAsList())
        .containsExactly(
            RowFactory.create(1, "Braund, Mr. Owen", "m"),
            RowFactory.create(2, "say \"hi\"", "f"),
            RowFactory.create(3, "two\nlines, \\ and a backslash", "f"),
            RowFactory.create(4, "", null),
            RowFactory.create(5, " spaces ", "m"));
  }

  @Test
  void linesAreReadAsDataVecReadsThem() throws Exception {
    String file = file("1,\"Braund, Mr. Owen\",m\n2,\"say \"\"hi\"\"\",f\n3,日本 ,x\n4,,\"y\"\n");
    List<Row> dataVec = new ArrayList<>();
    try (CSVRecordReader reader = new CSVRecordReader()) {
      reader.initialize(new FileSplit(Path.of(file).toFile()));
      while (reader.hasNext()) {
        var record = reader.next();
        dataVec.add(
            RowFactory.create(
                record.get(0).toInt(), record.get(1).toString(), record.get(2).toString()));
      }
    }

    // What DataVec has as an empty text is no value here
    assertThat(CsvFiles.of(TEXTS).read(spark, file).na().fill("").collectAsList())
        .isEqualTo(dataVec);
    assertThat(
            CsvFiles.of(TEXTS)
                .withoutLineEndsInValues()
                .read(spark, file)
                .na()
                .fill("")
                .collectAsList())
        .isEqualTo(dataVec);
  }

  @Test
  void whatIsWrittenReadsBackEqual() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] pieces = {
      "\"", ",", "\n", "\r\n", "\r", "\\", " ", "\t", "a", "é", "日本", "😀", "#", "'", ";", ""
    };
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Object[] values = {random.nextInt(9) == 0 ? null : i, null, null};
      for (int k = 1; k < 3; k++) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        values[k] = random.nextInt(8) == 0 ? null : text.toString();
      }
      rows.add(RowFactory.create(values));
    }
    Dataset<Row> data = spark.createDataFrame(rows, SparkSchemas.toSpark(TEXTS)).coalesce(1);
    for (CsvFiles files :
        List.of(
            CsvFiles.of(TEXTS).withLineFeeds(),
            CsvFiles.of(TEXTS).withLineFeeds().withHeader(),
            CsvFiles.of(TEXTS).withLineFeeds().withSeparator(';'))) {
      String path = Files.createTempDirectory(folder, "csv").resolve("out").toString();
      files.write(data, path);

      List<Row> back = files.read(spark, path).collectAsList();

      assertThat(back).as("seed %s", seed).hasSameSizeAs(rows);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(back.get(i)).as("seed %s, row %s", seed, i).isEqualTo(rows.get(i));
      }
    }
  }

  @Test
  void valuesThatWouldNotReadBackAreNotWritten() {
    CsvFiles lines = CsvFiles.of(TEXTS).withoutLineEndsInValues();

    assertRefused(CsvFiles.of(TEXTS), "two\rlines", "column 'a' holds a carriage return");
    assertRefused(CsvFiles.of(TEXTS), "two\r\nlines", "set withLineFeeds()");
    assertRefused(lines, "two\r\nlines", "column 'a' holds a line end");
    assertRefused(lines.withLineFeeds(), "two\nlines", "column 'a' holds a line end");
    assertReadsBack(CsvFiles.of(TEXTS), "two\nlines");
    assertReadsBack(CsvFiles.of(TEXTS).withLineFeeds(), "two\r\nlines\rthree");
    assertReadsBack(lines, "one line");
    assertReadsBack(lines.withLineFeeds(), "one\rline\r");
  }

  private void assertRefused(CsvFiles files, String text, String reason) {
    Dataset<Row> data =
        LocalSpark.frame("id INT, a STRING, b STRING", RowFactory.create(1, text, "b"));
    assertThatThrownBy(() -> files.write(data, newFolder())).hasStackTraceContaining(reason);
  }

  private void assertReadsBack(CsvFiles files, String text) {
    assertReadsBack(
        files,
        LocalSpark.frame(
            "id INT, a STRING, b STRING",
            RowFactory.create(1, text, text),
            RowFactory.create(null, text, null),
            RowFactory.create(2, "b", text)));
  }

  private void assertReadsBack(CsvFiles files, Dataset<Row> data) {
    String path = newFolder();
    files.write(data.coalesce(1), path);
    assertThat(files.read(spark, path).collectAsList()).isEqualTo(data.collectAsList());
  }

  private String newFolder() {
    return folder.resolve("out" + folders++).toString();
  }

  @Test
  void rowsThatWouldBeBlankLinesAreNotWritten() throws Exception {
    Schema one = new Schema.Builder().addColumnString("a").build();
    CsvFiles whole = CsvFiles.of(one);
    CsvFiles lines = whole.withoutLineEndsInValues();
    Dataset<Row> texts =
        LocalSpark.frame("a STRING", RowFactory.create("x"), RowFactory.create(""));
    Dataset<Row> nulls =
        LocalSpark.frame(
            "a STRING, b STRING", RowFactory.create("x", "y"), RowFactory.create(null, null));
    Dataset<Row> spaces = LocalSpark.frame("a STRING", RowFactory.create(" \t"));

    assertReadsBack(whole, texts);
    assertReadsBack(lines, texts);
    assertReadsBack(whole, spaces);
    assertThatThrownBy(() -> whole.write(nulls.select("a"), newFolder()))
        .hasStackTraceContaining("would be a blank line");
    assertThatThrownBy(() -> lines.write(nulls.select("a"), newFolder()))
        .hasStackTraceContaining("would be a blank line");
    assertThatThrownBy(() -> lines.write(spaces, newFolder()))
        .hasStackTraceContaining("would be a blank line");
    CsvFiles tabs =
        CsvFiles.of(new Schema.Builder().addColumnsString("a", "b").build()).withSeparator('\t');
    assertReadsBack(tabs, nulls);
    assertThatThrownBy(() -> tabs.withoutLineEndsInValues().write(nulls, newFolder()))
        .hasStackTraceContaining("would be a blank line");
    for (HandleInvalid policy : HandleInvalid.values()) {
      assertThat(whole.withHandleInvalid(policy).read(spark, file("x\n\ny\n")).collectAsList())
          .containsExactly(RowFactory.create("x"), RowFactory.create("y"));
    }
  }

  @Test
  void recordsMayEndWithCarriageReturns() throws Exception {
    String file = file("id,a,b\r\n1,x,\"y, z\"\r\n2,\"two\r\nlines\",last\r\n");

    assertThat(CsvFiles.of(TEXTS).withHeader().read(spark, file).collectAsList())
        .containsExactly(
            RowFactory.create(1, "x", "y, z"), RowFactory.create(2, "two\nlines", "last"));
  }

  @Test
  void badRecordsFollowThePolicyWhateverAQueryUses() throws Exception {
    String file = file("1,a,m\nx,b,f\n3,c\n4,d,m,5\n5,e,?\n6,f,f\n");
    CsvFiles files = CsvFiles.of(PEOPLE);
    Dataset<Row> skipped = files.withHandleInvalid(HandleInvalid.SKIP).read(spark, file);

    assertThat(skipped.count()).isEqualTo(2);
    assertThat(skipped.select("name").collectAsList())
        .containsExactly(RowFactory.create("a"), RowFactory.create("f"));
    assertThat(files.withHandleInvalid(HandleInvalid.KEEP).read(spark, file).collectAsList())
        .containsExactly(
            RowFactory.create(1, "a", "m"),
            RowFactory.create(null, "b", "f"),
            RowFactory.create(3, "c", null),
            RowFactory.create(4, "d", "m"),
            RowFactory.create(5, "e", "?"),
            RowFactory.create(6, "f", "f"));
    assertThatThrownBy(() -> files.read(spark, file).select("name").collectAsList())
        .hasStackTraceContaining(".csv, record 'x,b,f'")
        .hasStackTraceContaining("a value for each column of the schema")
        .hasStackTraceContaining("set handleInvalid to skip");
    // The same without states to check
    CsvFiles texts = CsvFiles.of(TEXTS).withHandleInvalid(HandleInvalid.SKIP);
    assertThat(texts.read(spark, file).select("b").collectAsList()).hasSize(3);
    assertThat(texts.read(spark, file).count()).isEqualTo(3);
  }

  @Test
  void badRecordsFailWhateverAQueryAsksFor() throws Exception {
    Schema counts = new Schema.Builder().addColumnInteger("id").addColumnInteger("count").build();
    Dataset<Row> rows = CsvFiles.of(counts).read(spark, file("1,notANumber\n5,6\n"));
    Dataset<Row> restricted = CsvFiles.of(PEOPLE).read(spark, file("1,a,?\n5,b,m\n"));

    assertThatThrownBy(() -> rows.where("id > 3").collectAsList())
        .hasStackTraceContaining("record '1,notANumber'");
    assertThatThrownBy(rows::count).hasStackTraceContaining("record '1,notANumber'");
    assertThatThrownBy(() -> restricted.where("id > 3").collectAsList())
        .hasStackTraceContaining("sex")
        .hasStackTraceContaining("?");
    assertThat(
            CsvFiles.of(counts)
                .withHandleInvalid(HandleInvalid.SKIP)
                .read(spark, file("1,notANumber\n5,6\n7,8\n"))
                .where("id > 5")
                .collectAsList())
        .containsExactly(RowFactory.create(7, 8));
  }

  @Test
  void aHeaderMustBeTheSchemas() throws Exception {
    assertThat(CsvFiles.of(TEXTS).withHeader().read(spark, file("id,a,b\n1,2,3\n")).collectAsList())
        .containsExactly(RowFactory.create(1, "2", "3"));
    assertThatThrownBy(
            () ->
                CsvFiles.of(TEXTS)
                    .withHeader()
                    .read(spark, file("id,b,a\n1,2,3\n"))
                    .collectAsList())
        .hasStackTraceContaining("CSV header does not conform to the schema");
    assertThatThrownBy(() -> CsvFiles.of(TEXTS).withSeparator('"'))
        .hasMessageContaining("separator must not be a quote");
  }
}
