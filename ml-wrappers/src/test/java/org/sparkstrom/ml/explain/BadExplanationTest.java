// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkstrom.ml.TestSpark;

/** What cannot be explained is refused with rule, value, name and remedy. */
class BadExplanationTest {

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private static Dataset<Row> numbers(Double... values) {
    Object[][] rows = new Object[values.length][];
    Arrays.setAll(rows, i -> new Object[] {(long) i, values[i], 2.0});
    return Explained.table("id LONG, a DOUBLE, b DOUBLE", rows);
  }

  private static KernelShap shap(Transformer model) {
    return KernelShap.ofFeatures(model, numbers(0.0, 1.0))
        .setInputCols("a", "b")
        .setTargetCol("prediction");
  }

  private static KernelShap shap() {
    return shap(Explained.sql("a + b"));
  }

  private static ThrowableAssertAlternative<IllegalArgumentException> refused(
      Explainer<?> stage, Dataset<Row> data) {
    return assertThatIllegalArgumentException().isThrownBy(() -> stage.transform(data));
  }

  @Test
  void columnsThatDoNotFit() {
    Dataset<Row> data = numbers(1.0);
    KernelShap both = shap().setInputCol("a");
    refused(both, data)
        .withMessage(
            both.uid()
                + " must have either inputCol or inputCols, but has both; call setInputCol for a"
                + " column of features, or setInputCols for columns that are features");
    refused(shap().setInputCols("a", "z"), data)
        .withMessageContaining("inputCols 'z' is missing; the DataFrame has [id, a, b]");
    refused(shap(), data.withColumn("a", data.col("a").cast("float")))
        .withMessageContaining(
            "column 'a' must be of type double, as in the background, but is float; cast it");
    refused(shap().setOutputCol("b"), data).withMessageContaining("there already is a column 'b'");
    refused(shap(), data.withColumnRenamed("id", SampleColumns.NUMBER))
        .withMessageContaining("the name '__sparkstrom_explained_number' must be free");
    KernelShap single =
        KernelShap.ofFeatures(Explained.sql("a"), data).setInputCol("a").setTargetCol("prediction");
    refused(single, data)
        .withMessageContaining(
            "column 'a' must be a vector or an array of doubles or floats, but is double; set"
                + " inputCols");
    refused(
            Lime.ofFeatures(Explained.sql("id"), data)
                .setInputCols("id")
                .setTargetCol("prediction"),
            data)
        .withMessageContaining(
            "column 'id' must be of type double for LIME, which moves it by fractions, but is"
                + " bigint; cast it");
    refused(KernelShap.ofWords(Explained.sql("a")).setInputCol("a"), data)
        .withMessageContaining("column 'a' must be one column of type string, for words");
    refused(KernelShap.ofPatches(Explained.sql("a")).setInputCol("a"), data)
        .withMessageContaining("but has no imageHeight; set it");
  }

  @Test
  void targetsThatThereAreNot() {
    Dataset<Row> data = numbers(1.0);
    KernelShap other = shap().setTargetCol("probability");
    refused(other, data)
        .withMessage(
            other.uid()
                + ": targetCol must be a column that the model appends, which are [prediction], but"
                + " is 'probability'; set one of them");
    refused(shap().setTargetCol("a"), data).withMessageContaining("but is 'a'; set one of them");
    refused(shap().setTargetClasses(1), data)
        .withMessageContaining(
            "targetClasses must be empty for a column of numbers, but are [1], and targetCol"
                + " 'prediction' holds double");
    refused(shap(Explained.sql("'x'")), data)
        .withMessageContaining("must hold numbers, vectors or arrays of numbers, but holds string");
    assertThatThrownBy(
            () -> shap(Explained.sql("ARRAY(a, b)")).setTargetClasses(2).transform(data).count())
        .hasStackTraceContaining(
            "targetClasses must be below 2, as the model's prediction has as many entries, but are"
                + " [2]");
  }

  @Test
  void backgroundsThatAreNone() {
    Transformer model = Explained.sql("a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelShap.ofFeatures(model, numbers()))
        .withMessageContaining("the background must be from 1 to 1000 rows, but is empty; give");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lime.ofFeatures(model, TestSpark.session().range(1_001)))
        .withMessageContaining("but is more; take a sample of it, as of 100 rows");
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelShap.ofFeatures(model, stream))
        .withMessageContaining("must be rows that end, but is a stream; take a table");
    refused(
            KernelShap.ofFeatures(model, TestSpark.session().range(3))
                .setInputCols("a")
                .setTargetCol("prediction"),
            numbers(1.0))
        .withMessageContaining("column of the background 'a' is missing; the DataFrame has [id]");
  }

  @Test
  void featuresOfOtherSizesThanTheBackgrounds() {
    Transformer model = Explained.model(x -> x[0]);
    Dataset<Row> ragged = Explained.vectors(new double[] {1, 2}, new double[] {1});
    refused(
            KernelShap.ofFeatures(model, ragged).setInputCol("features").setTargetCol("prediction"),
            Explained.vectors(new double[] {1, 2}))
        .withMessageContaining(
            "row 1 of the background, column 'features': it must have 2 features, as row 0, but has"
                + " 1");
    refused(
            Lime.ofFeatures(model, Explained.vectors(new double[] {1, Double.NaN}))
                .setInputCol("features")
                .setTargetCol("prediction"),
            Explained.vectors(new double[] {1, 2}))
        .withMessageContaining(
            "must be finite, but feature 1 has the standard deviation NaN; fill or leave out");
    KernelShap shap =
        KernelShap.ofFeatures(model, Explained.vectors(new double[] {1, 2}))
            .setInputCol("features")
            .setTargetCol("prediction");
    assertThatThrownBy(
            () -> shap.transform(Explained.vectors(new double[] {1, 2, 3})).collectAsList())
        .hasStackTraceContaining(
            "row 0 of partition 0, column 'features', cannot be explained: it must have 2 features,"
                + " but has 3; clean it, or set handleInvalid to skip or keep");
  }

  @Test
  void tooFewSamples() {
    double[] ten = new double[10];
    Transformer model = Explained.model(x -> x[0]);
    KernelShap shap =
        KernelShap.ofFeatures(model, Explained.vectors(ten))
            .setInputCol("features")
            .setTargetCol("prediction")
            .setNumSamples(19);
    refused(shap, Explained.vectors(ten))
        .withMessage(
            shap.uid()
                + ": numSamples must be at least 20 to explain 10 parts, but is 19; raise it, or"
                + " leave it at 0");
    refused(
            Lime.ofFeatures(model, Explained.vectors(ten))
                .setInputCol("features")
                .setTargetCol("prediction")
                .setNumSamples(11),
            Explained.vectors(ten))
        .withMessageContaining("must be at least 12 to explain 10 parts, but is 11");
    KernelShap words =
        KernelShap.ofWords(Explained.sql("1"))
            .setInputCol("text")
            .setTargetCol("prediction")
            .setNumSamples(5);
    assertThatThrownBy(
            () ->
                words
                    .transform(Explained.table("text STRING", new Object[] {"a b c d"}))
                    .collectAsList())
        .hasStackTraceContaining("must be at least 8 to explain 4 parts, but is 5");
  }

  @Test
  void tooManyParts() {
    double[] many = new double[2_001];
    Transformer model = Explained.model(x -> x[0]);
    KernelShap shap =
        KernelShap.ofFeatures(model, Explained.vectors(many))
            .setInputCol("features")
            .setTargetCol("prediction");
    refused(shap, Explained.vectors(many))
        .withMessage(
            shap.uid()
                + ": the parts of a row must be at most 2000, as memory in a task grows with their"
                + " square, but are 2001; select features, take larger patches, or cut texts");
    refused(
            Lime.ofFeatures(model, Explained.vectors(many))
                .setInputCol("features")
                .setTargetCol("prediction"),
            Explained.vectors(many))
        .withMessageContaining("must be at most 2000");
    refused(
            Lime.ofPatches(model)
                .setInputCol("features")
                .setTargetCol("prediction")
                .setImageHeight(3)
                .setImageWidth(667)
                .setImageChannels(1)
                .setPatchSize(1),
            Explained.vectors(many))
        .withMessageContaining("but are 2001");
    Dataset<Row> texts = Explained.table("text STRING", new Object[] {"a ".repeat(2_001)});
    Lime words = Lime.ofWords(Explained.sql("1")).setInputCol("text").setTargetCol("prediction");
    assertThatThrownBy(() -> words.transform(texts).collectAsList())
        .hasStackTraceContaining("cannot be explained: the parts of a row must be at most 2000");
    assertThat(words.setHandleInvalid("skip").transform(texts).collectAsList()).isEmpty();
  }

  private static Transformer statement(String statement) {
    return new SQLTransformer().setStatement(statement);
  }

  @Test
  void modelsThatLoseOrMovePerturbedRows() {
    Dataset<Row> data = numbers(1.0, 5.0, 9.0);
    KernelShap dropping =
        shap(statement("SELECT *, a AS prediction FROM __THIS__ WHERE a < 5 OR b < 0"));
    assertThatThrownBy(() -> dropping.transform(data).collectAsList())
        .hasStackTraceContaining(
            "the model must keep all perturbed rows in their order, but at row 1 of partition 0,"
                + " where sample 0 of a further row must come, there is sample ")
        .hasStackTraceContaining("if it leaves out rows, set its handleInvalid to error or keep");
    KernelShap someOfThem = shap(statement("SELECT *, a AS prediction FROM __THIS__ WHERE a <> 0"));
    assertThatThrownBy(() -> someOfThem.transform(numbers(1.0)).collectAsList())
        .hasStackTraceContaining("where sample 1 of 7 must come, there is sample 2 of row 0");
    KernelShap atTheEnd =
        shap(
            statement(
                "SELECT *, a AS prediction FROM __THIS__ WHERE __sparkstrom_explained_sample < 6"));
    assertThatThrownBy(() -> atTheEnd.transform(numbers(1.0)).collectAsList())
        .hasStackTraceContaining("where sample 6 of 7 must come, there is the partition's end");
    KernelShap sorting =
        shap(statement("SELECT *, a AS prediction FROM __THIS__ ORDER BY a DESC, b"));
    assertThatThrownBy(() -> sorting.transform(data).collectAsList())
        .hasStackTraceContaining("let it neither sort nor join");
    refused(shap(statement("SELECT a, b, a AS prediction FROM __THIS__")), data)
        .withMessageContaining("the model must pass on columns that it does not know, but of");
  }

  @Test
  void aRowThatTheModelLeavesOutWholeIsLeftOut() {
    Transformer model = statement("SELECT *, a AS prediction FROM __THIS__ WHERE id <> 1");
    assertThat(
            shap(model).transform(numbers(1.0, 5.0, 9.0)).collectAsList().stream()
                .map(row -> row.getLong(0)))
        .containsExactly(0L, 2L);
  }

  @Test
  void thePolicyDecidesOnRowsThatCannotBeExplained() {
    Dataset<Row> data = numbers(1.0, -1.0, 4.0);
    Transformer model = Explained.sql("LN(a + 0.5D)"); // null below
    assertThatThrownBy(() -> shap(model).transform(data).collectAsList())
        .hasStackTraceContaining(
            "row 1 of partition 0, column 'a', 'b', cannot be explained: the model's prediction is"
                + " null; clean it, or set handleInvalid to skip or keep");
    List<Row> skipped = shap(model).setHandleInvalid("skip").transform(data).collectAsList();
    assertThat(skipped.stream().map(row -> row.getLong(0))).containsExactly(0L, 2L);
    List<Row> kept = shap(model).setHandleInvalid("keep").transform(data).collectAsList();
    assertThat(kept.stream().map(row -> row.getLong(0))).containsExactly(0L, 1L, 2L);
    assertThat(kept.get(1).isNullAt(3)).isTrue();
    assertThat(kept.get(1).getDouble(1)).isEqualTo(-1);
    assertThat(kept.get(2)).isEqualTo(skipped.get(1));
  }

  @Test
  void thePolicyDecidesOnRowsThatAreNotAskedAbout() {
    Dataset<Row> data =
        Explained.table(
            "text STRING", new Object[] {"a b"}, new Object[] {null}, new Object[] {"!"});
    Lime lime =
        Lime.ofWords(Explained.sql("LENGTH(text)")).setInputCol("text").setTargetCol("prediction");
    assertThatThrownBy(() -> lime.transform(data).collectAsList())
        .hasStackTraceContaining("cannot be explained: it must have words, but is null");
    assertThat(lime.copy(lime.extractParamMap()).setHandleInvalid("skip").transform(data).count())
        .isEqualTo(1);
    List<Row> kept = lime.setHandleInvalid("keep").transform(data).collectAsList();
    assertThat(kept.stream().map(row -> row.getString(0))).containsExactly("a b", null, "!");
    assertThat(kept.get(0).isNullAt(1)).isFalse();
    assertThat(kept.get(1).isNullAt(1)).isTrue();
    assertThat(kept.get(2).isNullAt(4)).isTrue();
  }

  @Test
  void stagesWithoutAModelOrWithOneThatCannotBeSaved() {
    assertThatThrownBy(() -> new Lime("empty").setInputCol("a").transform(numbers(1.0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("empty must have a model, but was made without one; make it by");
    assertThatThrownBy(() -> new KernelShap("empty").write())
        .isInstanceOf(IllegalStateException.class);
    KernelShap ofFunction =
        KernelShap.ofFeatures(Explained.model(x -> 0), Explained.vectors(new double[1]));
    assertThatThrownBy(ofFunction::write)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("cannot be saved, as loading it would deserialize code");
  }
}
