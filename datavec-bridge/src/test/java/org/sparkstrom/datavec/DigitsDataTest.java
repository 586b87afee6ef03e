// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The digits in src-test-data are whole, stratified, and go through a real process. */
class DigitsDataTest {
  private static final Path FOLDER = Path.of("..", "src-test-data");

  @Test
  void theFilesAreThoseOfTheChecksumList() throws Exception {
    List<String> lines = Files.readAllLines(FOLDER.resolve("SHA256SUMS"));

    assertThat(lines).hasSizeGreaterThanOrEqualTo(3);
    for (String line : lines) {
      String[] sumAndName = line.split(" +", 2);
      byte[] content = Files.readAllBytes(FOLDER.resolve(sumAndName[1]));
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
      assertThat(HexFormat.of().formatHex(sum)).as(sumAndName[1]).isEqualTo(sumAndName[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({"digits-train.csv, 1442, 140", "digits-test.csv, 355, 34"})
  void everyRowIsPreparedAndEveryDigitIsThere(String file, long rows, long fewestOfADigit) {
    Dataset<Row> digits =
        TestSpark.session()
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv(FOLDER.resolve(file).toString());

    Dataset<Row> prepared = DataVecTransform.of(scaled()).apply(digits);

    Row summary = prepared.selectExpr("count(1)", "min(p20)", "max(p20)", "max(digit)").first();
    assertThat(summary.getLong(0)).isEqualTo(rows);
    assertThat(summary.getDouble(1)).isZero();
    assertThat(summary.getDouble(2)).isEqualTo(1.0);
    assertThat(summary.getInt(3)).isEqualTo(9);
    List<Row> counts = prepared.groupBy("digit").count().collectAsList();
    assertThat(counts).hasSize(10).allMatch(row -> row.getLong(1) >= fewestOfADigit);
  }

  private static TransformProcess scaled() {
    Schema.Builder schema = new Schema.Builder();
    IntStream.range(0, 64).forEach(i -> schema.addColumnInteger("p" + i, 0, 16));
    TransformProcess.Builder process =
        new TransformProcess.Builder(schema.addColumnInteger("digit", 0, 9).build());
    for (int i = 0; i < 64; i++) {
      process.convertToDouble("p" + i).doubleMathOp("p" + i, MathOp.Divide, 16.0);
    }
    return process.build();
  }
}
