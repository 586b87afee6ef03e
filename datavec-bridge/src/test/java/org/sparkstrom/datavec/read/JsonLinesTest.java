// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.SparkSchemas;
import org.sparkstrom.datavec.column.LocalSpark;

class JsonLinesTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("n")
          .addColumnDouble("x.y")
          .addColumnCategorical("s", "a", "b")
          .build();

  private final SparkSession spark = LocalSpark.session();

  @TempDir Path folder;

  private String file(String... lines) throws Exception {
    return Files.write(folder.resolve("data.json"), List.of(lines), StandardCharsets.UTF_8)
        .toString();
  }

  @Test
  void goodLinesAreWhatSparksSourceGives() throws Exception {
    String file =
        file(
            "{\"n\":1,\"x.y\":2.5,\"s\":\"a\"}",
            "{\"s\":\"b\",\"other\":[1,{}],\"x.y\":3}",
            "",
            "{}");

    Dataset<Row> rows = JsonLines.of(SCHEMA).read(spark, file);

    assertThat(rows.schema()).isEqualTo(SparkSchemas.toSpark(SCHEMA));
    assertThat(rows.collectAsList())
        .hasSize(3)
        .isEqualTo(spark.read().schema("n INT, `x.y` DOUBLE, s STRING").json(file).collectAsList());
  }

  @Test
  void aLineIsOneObjectAndStringsAreStrings() throws Exception {
    assertBad("{\"n\":1}{\"n\":2}", null, "more text behind the JSON object");
    assertBad("{\"n\":1} x", null, "no JSON object");
    assertBad("[{\"n\":1},{\"n\":2}]", null, "no JSON object");
    assertBad("\"text\"", null, "no JSON object");
    assertBad("{\"n\":1,\"s\":2}", 1, "the values of these keys must be strings: [s]");
    assertBad("{\"n\":1,\"s\":{\"s\":\"a\"}}", 1, "must be strings: [s]");
    assertBad("{\"n\":1,\"s\":[\"a\"]}", 1, "must be strings: [s]");
    assertBad("{\"n\":1,\"s\":true}", 1, "must be strings: [s]");
    String good = file(" {\"other\":{\"s\":2},\"s\":null,\"n\":4} ", "{'n':5,'x.y':NaN}");
    assertThat(JsonLines.of(SCHEMA).read(spark, good).collectAsList())
        .containsExactly(RowFactory.create(4, null, null), RowFactory.create(5, Double.NaN, null));
  }

  private void assertBad(String line, Integer kept, String reason) throws Exception {
    String file = file(line);
    JsonLines reader = JsonLines.of(SCHEMA);

    assertThatThrownBy(() -> reader.read(spark, file).collectAsList())
        .hasStackTraceContaining(reason)
        .hasStackTraceContaining("data.json, line '");
    assertThat(reader.withHandleInvalid(HandleInvalid.SKIP).read(spark, file).collectAsList())
        .isEmpty();
    assertThat(reader.withHandleInvalid(HandleInvalid.KEEP).read(spark, file).collectAsList())
        .containsExactly(RowFactory.create(kept, null, null));
  }

  @Test
  void badLinesFailWhateverAQueryAsksFor() throws Exception {
    Schema open = new Schema.Builder().addColumnInteger("n").addColumnDouble("x").build();
    Dataset<Row> rows = JsonLines.of(open).read(spark, file("{\"n\":1,\"x\":\"a\"}", "{\"n\":5}"));

    assertThatThrownBy(() -> rows.where("n > 3").collectAsList())
        .hasStackTraceContaining("no JSON object with values of the schema's types");
    assertThatThrownBy(rows::count)
        .hasStackTraceContaining("no JSON object with values of the schema's types");
  }

  @Test
  void everyColumnCountsWhateverAQueryUses() throws Exception {
    String file =
        file(
            "{\"n\":1,\"x.y\":1,\"s\":\"a\"}",
            "{\"n\":2,\"x.y\":\"text\",\"s\":\"a\"}",
            "{\"n\":3,\"x.y\":",
            "[1,2]",
            "{\"n\":5,\"x.y\":5,\"s\":\"c\"}");
    Dataset<Row> skipped =
        JsonLines.of(SCHEMA).withHandleInvalid(HandleInvalid.SKIP).read(spark, file);
    Dataset<Row> kept =
        JsonLines.of(SCHEMA).withHandleInvalid(HandleInvalid.KEEP).read(spark, file);

    assertThat(skipped.count()).isEqualTo(1);
    assertThat(skipped.select("n").collectAsList()).containsExactly(RowFactory.create(1));
    assertThat(kept.count()).isEqualTo(5);
    assertThat(kept.collectAsList())
        .contains(
            RowFactory.create(1, 1.0, "a"),
            RowFactory.create(2, null, "a"),
            RowFactory.create(5, 5.0, "c"));
    assertThatThrownBy(() -> JsonLines.of(SCHEMA).read(spark, file).select("n").collectAsList())
        .hasStackTraceContaining("no JSON object with values of the schema's types")
        .hasStackTraceContaining("data.json, line '");
  }
}
