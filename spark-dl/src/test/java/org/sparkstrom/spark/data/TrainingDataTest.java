// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.spark.SparkTests;

class TrainingDataTest {

  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");

  @ParameterizedTest
  @CsvSource({"100, 50, 3", "100, 1, 2", "7, 3, 2", "2, 4, 3"})
  void everyRowReachesOneWorkerAndSharesDifferByOneRowAtMost(
      int rows, int partitions, int workers) {
    TrainingData data =
        survey(SparkTests.cloudFrame(rows, 1, partitions), 4, 3, HandleInvalid.ERROR);
    List<Integer> shares =
        data.balance(workers)
            .mapPartitions(
                blocks -> {
                  int count = 0;
                  while (blocks.hasNext()) {
                    count += RowBlock.rows(RowBlock.wrap(blocks.next()));
                  }
                  return List.of(count).iterator();
                })
            .collect();
    assertThat(shares).hasSize(workers);
    assertThat(shares.stream().mapToInt(Integer::intValue).sum()).isEqualTo(rows);
    assertThat(shares).allMatch(share -> share == rows / workers || share == rows / workers + 1);
  }

  @Test
  void aMissingLabelColumnNamesThoseThatExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrainingData.survey(
                    SparkTests.cloudFrame(3, 1, 1),
                    new ColumnBinding("features", "digit"),
                    4,
                    3,
                    HandleInvalid.ERROR))
        .withMessageContaining("label column 'digit' does not exist")
        .withMessageContaining("[features, label]");
  }

  @Test
  void anEmptyFrameIsRefused() {
    refused(frame(List.of())).withMessageContaining("must have at least one row, but is empty");
  }

  @Test
  void aLabelThatIsNoClassIndexNamesRowColumnAndRange() {
    refused(frame(with(5, Vectors.dense(1, 2, 3, 4), 3.0)))
        .withMessageContaining("row 5")
        .withMessageContaining("label column 'label' is 3.0")
        .withMessageContaining("from 0 to 2");
    refused(frame(with(5, Vectors.dense(1, 2, 3, 4), 0.5))).withMessageContaining("is 0.5");
    refused(frame(with(5, Vectors.dense(1, 2, 3, 4), -1.0))).withMessageContaining("is -1.0");
    refused(frame(with(5, Vectors.dense(1, 2, 3, 4), null)))
        .withMessageContaining("label column 'label' is null or NaN");
  }

  @Test
  void featuresOfUnequalLengthNameRowAndBothLengths() {
    refused(frame(with(5, Vectors.dense(1, 2, 3), 0.0)))
        .withMessageContaining("row 5")
        .withMessageContaining("has 3 features, but the rows before it have 4");
  }

  @Test
  void aRowWithoutFeaturesIsRefusedWhereverItStands() {
    for (int place : new int[] {0, 5}) {
      refused(frame(with(place, Vectors.dense(new double[0]), 0.0)))
          .withMessageContaining("row " + place)
          .withMessageContaining("has no features");
    }
  }

  @Test
  void aNetworkOfAnotherWidthIsRefusedWithBothNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> survey(SparkTests.cloudFrame(9, 1, 2), 64, 3, HandleInvalid.ERROR))
        .withMessageContaining("takes 64 inputs")
        .withMessageContaining("'features' has 4 features");
  }

  @Test
  void invalidFeaturesFollowThePolicy() {
    List<Row> rows = with(2, null, 0.0);
    rows.set(7, RowFactory.create(Vectors.dense(0, Double.NaN, 0, 0), 1.0));
    refused(frame(rows)).withMessageContaining("row 2").withMessageContaining("'features' is null");
    rows.set(2, RowFactory.create(Vectors.dense(1, 1, 1, 1), 1.0));
    refused(frame(rows))
        .withMessageContaining("row 7")
        .withMessageContaining("NaN or infinite at feature 1")
        .withMessageContaining("handleInvalid");
    TrainingData skipped = survey(frame(rows), 4, 3, HandleInvalid.SKIP);
    assertThat(skipped.usedRowCount()).isEqualTo(9);
    assertThat(skipped.skippedRowCount()).isEqualTo(1);
    assertThat(survey(frame(rows), 4, 3, HandleInvalid.KEEP).usedRowCount()).isEqualTo(10);
  }

  private static TrainingData survey(
      Dataset<Row> data, int inputs, int classes, HandleInvalid policy) {
    return TrainingData.survey(data, COLUMNS, inputs, classes, policy);
  }

  private static ThrowableAssertAlternative<IllegalArgumentException> refused(Dataset<Row> data) {
    return assertThatIllegalArgumentException()
        .isThrownBy(() -> survey(data, 4, 3, HandleInvalid.ERROR));
  }

  private static Dataset<Row> frame(List<Row> rows) {
    return SparkTests.session().createDataFrame(rows, SparkTests.schema()).coalesce(1);
  }

  private static List<Row> with(int place, Vector features, Double label) {
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 10)
        .forEach(
            i ->
                rows.add(
                    i == place
                        ? RowFactory.create(features, label)
                        : RowFactory.create(Vectors.dense(i, 2, 3, 4), 1.0)));
    return rows;
  }
}
