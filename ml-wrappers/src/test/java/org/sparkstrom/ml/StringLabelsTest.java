// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.checkpoint.CheckpointException;

/** Label columns of strings, which a classifier indexes where it is told to. */
class StringLabelsTest {

  /** The label "c" is the most frequent; "a" and "b" are as frequent as each other. */
  private static Dataset<Row> data;

  @BeforeAll
  static void makeData() {
    data =
        TestData.clouds(120)
            .filter("label = 2 OR id < 90")
            .selectExpr(
                "id", "features", "ELT(INT(label) + 1, 'b', 'a', 'c') AS `the.label`", "label")
            .coalesce(1)
            .cache();
  }

  private static NetworkClassifier classifier() {
    return TestData.classifier()
        .setLabelCol("the.label")
        .setWorkers(1)
        .setMaxIter(12)
        .setQuantizer("none");
  }

  @Test
  void stringsAreIndexedAsStringIndexerDoesAndPredicted(@TempDir Path folder) throws Exception {
    StringIndexerModel indexer =
        new StringIndexer()
            .setInputCol("text")
            .setOutputCol("index")
            .fit(data.withColumnRenamed("the.label", "text"));
    NetworkClassificationModel model = classifier().setStringLabels("index").fit(data);
    assertThat(model.getLabels())
        .containsExactly("c", "a", "b")
        .containsExactly(indexer.labelsArray()[0]);

    Dataset<Row> predicted = model.transform(data);
    assertThat(predicted.schema()).isEqualTo(model.transformSchema(data.schema()));
    assertThat(predicted.columns()).endsWith("prediction", "predictedLabel");
    NominalAttribute classes =
        (NominalAttribute) Attribute.fromStructField(predicted.schema().apply("prediction"));
    assertThat(classes.values().get()).containsExactly("c", "a", "b");
    List<Row> rows = predicted.collectAsList();
    for (Row row : rows) {
      assertThat(row.<String>getAs("predictedLabel"))
          .isEqualTo(model.getLabels()[row.<Double>getAs("prediction").intValue()]);
    }
    assertThat(predicted.filter("predictedLabel = `the.label`").count())
        .isGreaterThan((long) (0.9 * rows.size()));

    model.save(folder.resolve("model").toString());
    NetworkClassificationModel loaded =
        NetworkClassificationModel.load(folder.resolve("model").toString());
    assertThat(loaded.transform(data).collectAsList()).isEqualTo(rows);
    assertThat(loaded.setPredictedLabelCol("").transform(data).columns()).endsWith("prediction");
  }

  @Test
  void theNetworkIsTheOneThatIndexedLabelsGive() {
    Dataset<Row> indexed = data.withColumn("the.label", lit(2.0).minus(col("label")));
    NetworkClassificationModel strings = classifier().setStringLabels("index").fit(data);
    NetworkClassificationModel numbers = classifier().setStringLabels("index").fit(indexed);
    assertThat(strings.snapshot().parametersSha256())
        .isEqualTo(numbers.snapshot().parametersSha256());
    assertThat(numbers.isSet(numbers.labels())).isFalse();
    assertThat(numbers.transform(data).columns()).doesNotContain("predictedLabel");
  }

  @Test
  void labelsMayBeGivenBeforeTheFit() {
    NetworkClassifier classifier =
        classifier().setStringLabels("index").setLabels("a", "b", "c").setMaxIter(1);
    NetworkClassificationModel model = classifier.fit(data);
    assertThat(model.getLabels()).containsExactly("a", "b", "c");
    assertThat(classifier.transformSchema(data.schema()))
        .isEqualTo(model.transformSchema(data.schema()));

    classifier.setLabels("a", "b");
    assertThatThrownBy(() -> classifier.fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "label column 'the.label' has 'c', which is none of the labels [a, b]; add it to labels,"
                + " or set handleInvalid to 'skip' to leave such rows out");
    TrainingSummary summary =
        classifier.setHandleInvalid("skip").setBatchSize(10).fit(data).summary().orElseThrow();
    assertThat(summary.rows()).isEqualTo(data.filter("`the.label` <> 'c'").count());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> classifier().fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "Column the.label must be of type numeric but was actually of type string");
    assertThatThrownBy(
            () -> classifier().setStringLabels("index").setLayers(TestData.FEATURES, 2).fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "label column 'the.label' must have from 1 to 2 labels, as the network has 2 outputs, but"
                + " has 3: [c, a, b]; give the output layer as many outputs");
    assertThatThrownBy(() -> classifier().setLabels("a", "a"))
        .hasMessage("labels must be at least one, each once, but are [a, a]");
    assertThatThrownBy(() -> TestData.model().setLabels("a", "b", "c", "d").transform(data))
        .hasMessage("labels must be at most one per class, but there are 4 labels and 3 classes");
    Dataset<Row> holes =
        data.withColumn(
            "the.label", when(col("id").equalTo(5), null).otherwise(col("`the.label`")));
    assertThatThrownBy(() -> classifier().setStringLabels("index").fit(holes))
        .hasMessageContaining("label column 'the.label' is null or NaN");
  }

  @Test
  void whatGoesByClassNeedsLabelsThatAreSet() {
    NetworkClassifier weighted = classifier().setStringLabels("index").setClassWeights(1, 2, 3);
    assertThatThrownBy(() -> weighted.fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "classWeights must be in the order of the labels, which for column 'the.label' follows"
                + " from how frequent they are, but labels are not set; set labels in the order of"
                + " classWeights");
    NetworkClassifier decided =
        classifier().setStringLabels("index").setThresholds(new double[] {0.2, 0.3, 0.5});
    assertThatThrownBy(() -> decided.transformSchema(data.schema()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("thresholds must be in the order of the labels");
    Dataset<Row> numbers = data.withColumn("the.label", col("label"));
    assertThat(decided.transformSchema(numbers.schema()).fieldNames()).endsWith("prediction");
    for (NetworkClassifier each : List.of(weighted, decided)) {
      assertThat(each.setLabels("a", "b", "c").transformSchema(data.schema()).fieldNames())
          .endsWith("predictedLabel");
    }
  }

  @Test
  void labelsThatAreSetMustBeginWithThoseOfTheInitialModel() {
    NetworkClassificationModel model = TestData.model().setLabels("c", "a");
    NetworkClassifier further = classifier().setStringLabels("index").setMaxIter(1);
    further.clear(further.layers()).clear(further.learningRate());
    further.setLabels("a", "b", "c").setInitialModel(model);
    assertThat(further.getLabels()).containsExactly("a", "b", "c");
    assertThatThrownBy(() -> further.fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            further.uid()
                + " has an initial model whose classes have the labels [c, a], so labels must begin"
                + " with them, but are [a, b, c]; clear labels, or set the initial model's"
                + " snapshot(), which has none");
    assertThatThrownBy(() -> further.setLabels("c").transformSchema(data.schema()))
        .hasMessageContaining("so labels must begin with them, but are [c]");

    assertThat(further.setLabels("c", "a", "b").fit(data).getLabels())
        .containsExactly("c", "a", "b");
  }

  @Test
  void eachInitialModelBringsItsOwnLabels() {
    Dataset<Row> numbers = data.withColumn("the.label", col("label"));
    NetworkClassifier further = classifier().setStringLabels("index").setMaxIter(1);
    further.clear(further.layers()).clear(further.learningRate());
    further.setInitialModel(TestData.model().setLabels("c", "a", "b"));
    assertThat(further.isSet(further.labels())).isFalse();
    NetworkClassificationModel labeled = further.copy(ParamMap.empty()).fit(numbers);
    assertThat(labeled.getLabels()).containsExactly("c", "a", "b");
    assertThat(further.transformSchema(numbers.schema()))
        .isEqualTo(labeled.transformSchema(numbers.schema()));

    further.setInitialModel(TestData.model());
    assertThat(further.transformSchema(numbers.schema()).fieldNames()).endsWith("prediction");
    assertThatThrownBy(() -> further.transformSchema(data.schema()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "which label each of its classes stands for is not known; set labels");
  }

  @Test
  void aFitResumesOnlyWhereItsClassesHaveTheSameLabels(@TempDir Path folder) {
    NetworkClassifier saving =
        classifier().setStringLabels("index").setCheckpointDir(folder.toUri().toString());
    saving.setMaxIter(1).fit(data); // finds c, a, b
    NetworkClassifier other = saving.copy(ParamMap.empty()).setLabels("a", "b", "c").setMaxIter(2);
    assertThatThrownBy(() -> other.fit(data))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("labels is [a, b, c] (SHA-256 ")
        .hasMessageContaining(" here and [c, a, b] (SHA-256 ");

    NetworkClassificationModel model = other.setLabels("c", "a", "b").fit(data);

    assertThat(model.getLabels()).containsExactly("c", "a", "b");
    assertThat(model.summary().orElseThrow().lossPerEpoch()).hasSize(2);
    assertThat(model.summary().orElseThrow().rounds()).isLessThan(model.snapshot().iteration());
  }

  @Test
  void aFitFromAModelKeepsItsLabels() {
    NetworkClassificationModel model =
        classifier().setStringLabels("index").setMaxIter(1).fit(data);
    NetworkClassifier further = classifier().setStringLabels("index").setMaxIter(1);
    further.clear(further.layers()).clear(further.learningRate());
    Dataset<Row> other = data.filter("`the.label` <> 'c' OR id % 9 = 2").coalesce(1);
    NetworkClassificationModel more =
        further.copy(ParamMap.empty()).setInitialModel(model).fit(other);
    assertThat(more.getLabels()).containsExactly("c", "a", "b");
    assertThatThrownBy(() -> further.setInitialModel(model.snapshot()).fit(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "which label each of its classes stands for is not known; set labels");
  }
}
