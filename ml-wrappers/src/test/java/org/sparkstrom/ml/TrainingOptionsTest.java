// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.checkpoint.CheckpointException;

/** What the Params of rows and of a fit's care do to a fit. */
class TrainingOptionsTest {

  private static Dataset<Row> data;

  @BeforeAll
  static void makeData() {
    data =
        TestData.clouds(120)
            .selectExpr(
                "*",
                "if(label = 2, 0, 1) as unlessTwo",
                "if(label = 2, 1, 5) as fiveUnlessTwo",
                "id % 4 = 0 as held")
            .cache();
  }

  private static String sha256(NetworkClassificationModel model) {
    return model.summary().orElseThrow().parametersSha256();
  }

  private static int epochs(NetworkClassificationModel model) {
    return model.summary().orElseThrow().lossPerEpoch().size();
  }

  @Test
  void rowsOfWeightZeroTeachNothing() {
    NetworkClassificationModel model =
        TestData.classifier().setMaxIter(10).setWeightCol("unlessTwo").fit(data);
    assertThat(model.transform(data).filter("prediction = 2").count()).isZero();
    assertThat(model.transform(data).filter("label < 2 and prediction = label").count())
        .isGreaterThan(70);
  }

  @Test
  void classWeightsAreTheWeightsOfTheirRows() {
    String expected = sha256(TestData.classifier().setWeightCol("fiveUnlessTwo").fit(data));
    assertThat(sha256(TestData.classifier().setClassWeights(5, 5, 1).fit(data)))
        .isEqualTo(expected)
        .isNotEqualTo(sha256(TestData.classifier().fit(data)));
  }

  @Test
  void classWeightsMustBeOneAClass() {
    assertThatThrownBy(() -> TestData.classifier().setClassWeights(1, 2).fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "classWeights must be one for each of the network's 3 classes, but are 2; set 3");
    assertThatThrownBy(() -> TestData.classifier().setClassWeights(1, -2, 1))
        .hasMessage("classWeights must be finite and at least 0, but that of class 1 is -2.0");
  }

  @Test
  void oneVsRestHandsItsWeightsOn() {
    NetworkClassifier binary =
        TestData.classifier().setLayers(TestData.FEATURES, 8, 2).setMaxIter(8);
    OneVsRestModel model =
        new OneVsRest().setClassifier(binary).setWeightCol("fiveUnlessTwo").fit(data);
    assertThat(new MulticlassClassificationEvaluator().evaluate(model.transform(data)))
        .isGreaterThan(0.9);
    for (int i = 0; i < TestData.CLASSES; i++) {
      NetworkClassificationModel part = (NetworkClassificationModel) model.models()[i];
      assertThat(part.getWeightCol()).isEqualTo("fiveUnlessTwo");
    }
  }

  @Test
  void validationRowsAreMeasuredAndNotTrainedOn() {
    NetworkClassifier classifier = TestData.classifier().setWorkers(1).setMaxIter(2);
    TrainingSummary summary =
        classifier.setValidationIndicatorCol("held").fit(data).summary().orElseThrow();
    assertThat(summary.rows()).as("90 rows in batches of 8").isBetween(180L, 192L);
    assertThat(summary.validationPerEpoch())
        .hasSize(2)
        .allSatisfy(figures -> assertThat(figures).containsOnlyKeys("loss", "accuracy"));
  }

  @Test
  void aFitEndsWhenTheTargetIsReachedOrPatienceIsOver() {
    NetworkClassifier classifier = TestData.classifier().setMaxIter(60).setValidationFraction(0.25);
    NetworkClassificationModel reached =
        classifier.setEarlyStoppingMetric("accuracy").setEarlyStoppingTarget(0.8).fit(data);
    assertThat(epochs(reached)).isBetween(1, 40);

    NetworkClassifier patient =
        TestData.classifier()
            .setMaxIter(60)
            .setValidationFraction(0.25)
            .setEarlyStoppingMetric("loss")
            .setMinDelta(100)
            .setPatience(3);
    assertThat(epochs(patient.fit(data))).as("one epoch and three no better").isEqualTo(4);
  }

  @Test
  void earlyStoppingNeedsAMetric() {
    assertThatThrownBy(() -> TestData.classifier().setPatience(3).fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("need an earlyStoppingMetric, which is empty");
  }

  @Test
  void aFitGoesOnFromItsCheckpoint(@TempDir Path folder) {
    String whole = sha256(TestData.classifier().setQuantizer("none").setMaxIter(6).fit(data));
    NetworkClassifier classifier =
        TestData.classifier().setQuantizer("none").setCheckpointDir(folder.toUri().toString());
    classifier.setMaxIter(3).fit(data);
    NetworkClassificationModel resumed = classifier.setMaxIter(6).fit(data);
    assertThat(sha256(resumed)).isEqualTo(whole);
    assertThat(resumed.summary().orElseThrow().rows()).as("of three epochs").isBetween(360L, 384L);
    assertThatThrownBy(() -> classifier.setResume("never").fit(data))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.getFileName().toString());
  }

  @Test
  void columnsOfRowsMustFit() {
    assertThatThrownBy(() -> TestData.classifier().setWeightCol("heft").fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight column 'heft' does not exist");
    assertThatThrownBy(() -> TestData.classifier().setValidationIndicatorCol("unlessTwo").fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("validationIndicator column 'unlessTwo' must be boolean, but is int");
    for (String name : List.of("weightCol", "validationIndicatorCol")) {
      NetworkClassifier unset = TestData.classifier().setMaxIter(1);
      unset.set(unset.getParam(name), "");
      assertThat(epochs(unset.fit(data))).as("an empty " + name + " is none").isEqualTo(1);
    }
  }
}
