// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.spark.SparkTests;

class TrainingDataTest {

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
                DataTests.survey(
                    SparkTests.cloudFrame(3, 1, 1),
                    new ColumnBinding("features", "digit"),
                    DataTests.classifier(4, 3)))
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

  @Test
  void rowsForValidationAreDealtOutByThemselvesAndNotTrainedOn() {
    Dataset<Row> data =
        SparkTests.cloudFrame(50, 1, 3).withColumn("held", functions.col("label").equalTo(0));
    ColumnBinding columns = DataTests.COLUMNS.withValidationIndicator("held");
    TrainingData surveyed = DataTests.survey(data, columns, DataTests.classifier(4, 3));
    assertThat(surveyed.usedRowCount()).isEqualTo(33);
    assertThat(surveyed.validationRowCount()).isEqualTo(17);
    assertThat(surveyed.bytesPerWorker(2))
        .isEqualTo((17 + 9) * (long) surveyed.format().layout().maxRowBytes());
    for (RowBlock.Use use : RowBlock.Use.values()) {
      List<Integer> shares =
          IntStream.range(0, 2)
              .mapToObj(rank -> rowsOf(DataTests.blocks(surveyed, 2, rank), use))
              .toList();
      assertThat(shares)
          .containsExactlyElementsOf(
              use == RowBlock.Use.TRAINING ? List.of(17, 16) : List.of(9, 8));
    }
  }

  private static int rowsOf(List<byte[]> blocks, RowBlock.Use use) {
    return blocks.stream()
        .map(RowBlock::wrap)
        .filter(block -> RowBlock.use(block) == use)
        .mapToInt(RowBlock::rows)
        .sum();
  }

  @Test
  void dataForValidationAloneIsRefused() {
    Dataset<Row> data = SparkTests.cloudFrame(5, 1, 1).withColumn("held", functions.lit(true));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DataTests.survey(
                    data,
                    DataTests.COLUMNS.withValidationIndicator("held"),
                    DataTests.classifier(4, 3)))
        .withMessageContaining("at least one row must be for training")
        .withMessageContaining("'held' is true in all 5");
  }

  private static TrainingData survey(
      Dataset<Row> data, int inputs, int classes, HandleInvalid policy) {
    return TrainingData.survey(
        data, DataTests.COLUMNS, DataTests.classifier(inputs, classes), Map.of(), policy);
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
