// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.IDF;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.StageContract;

class TextHashingTransformerTest {
  private final SparkSession spark = LocalSpark.session();
  private final Dataset<Row> texts =
      LocalSpark.frame(
          "id INT, text STRING",
          RowFactory.create(1, "The dog and the cat"),
          RowFactory.create(2, "the DOG"),
          RowFactory.create(3, ""));

  @Test
  void vectorsAreThoseOfScikitLearn() {
    Dataset<Row> cases =
        spark
            .read()
            .schema(
                "text STRING, n_features INT, norm STRING, alternate_sign BOOLEAN, binary BOOLEAN,"
                    + " lowercase BOOLEAN, analyzer STRING, ngram_range ARRAY<INT>, indices"
                    + " ARRAY<INT>, values ARRAY<DOUBLE>")
            .json(getClass().getResource("/text/hashes.jsonl").getPath());
    List<Row> rows = cases.collectAsList();
    assertThat(rows).hasSize(48);
    for (Row row : rows) {
      Terms terms = terms(row);
      TermHashing hashing =
          new TermHashing(
              row.getAs("n_features"),
              row.getAs("alternate_sign"),
              row.getAs("binary"),
              Norm.valueOf(row.<String>getAs("norm").toUpperCase(Locale.ROOT)));

      double[] actual = hashing.vector(terms.of(row.getAs("text"))).toArray();

      double[] expected = new double[actual.length];
      List<Integer> indices = row.getList(row.fieldIndex("indices"));
      List<Double> values = row.getList(row.fieldIndex("values"));
      for (int i = 0; i < indices.size(); i++) {
        expected[indices.get(i)] = values.get(i);
      }
      assertThat(actual).as(row.json()).containsExactly(expected, within(1e-12));
    }
  }

  private static Terms terms(Row row) {
    List<Integer> range = row.getList(row.fieldIndex("ngram_range"));
    return new Terms(
        row.getAs("analyzer").equals("char") ? Analysis.CHAR : Analysis.WORD,
        Pattern.compile("\\w{2,}", Pattern.UNICODE_CHARACTER_CLASS),
        row.getAs("lowercase"),
        Set.of(),
        range.get(0),
        range.get(1));
  }

  @Test
  void itIsAStageLikeOthers(@TempDir Path folder) {
    StageContract.check(
        new TextHashingTransformer()
            .setInputCol("text")
            .setOutputCol("terms")
            .setNumFeatures(50)
            .setNGrams(1, 2)
            .setStopWords("and")
            .setNorm("l2"),
        texts,
        folder);
  }

  @Test
  void wordsAndTextGiveTheSameVector() {
    TextHashingTransformer stage =
        new TextHashingTransformer()
            .setOutputCol("v")
            .setNGrams(1, 3)
            .setStopWords("and")
            .setNumFeatures(1 << 20);
    Dataset<Row> words = texts.selectExpr("id", "split(text, ' ') AS words").where("id < 3");

    Dataset<Row> byWords = stage.copy(params(stage, "words")).transform(words);
    Dataset<Row> byText = stage.copy(params(stage, "text")).transform(texts.where("id < 3"));

    assertThat(byWords.select("v").collectAsList()).isEqualTo(byText.select("v").collectAsList());
    SparseVector first = byText.select("v").head().getAs(0);
    assertThat(first.numNonzeros()).isEqualTo(3 + 3 + 2); // the twice; and left out before runs
    assertThat(AttributeGroup.fromStructField(byText.schema().apply("v")).size())
        .isEqualTo(1 << 20);
  }

  @Test
  void sparksIdfOnTopMakesTfIdf() {
    TextHashingTransformer counts =
        new TextHashingTransformer()
            .setInputCol("text")
            .setOutputCol("tf")
            .setAlternateSign(false)
            .setNumFeatures(1 << 16);
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {counts, new IDF().setInputCol("tf").setOutputCol("tfidf")})
            .fit(texts);

    List<Row> rows = model.transform(texts).select("tf", "tfidf").collectAsList();

    Vector tf = rows.get(0).getAs(0);
    SparseVector tfIdf = ((Vector) rows.get(0).getAs(1)).toSparse();
    assertThat(tf.numNonzeros()).isEqualTo(4);
    // Of 3 documents 2 have "the" (twice here) and "dog", 1 has "and", "cat"
    double common = Math.log(4.0 / 3.0);
    double rare = Math.log(4.0 / 2.0);
    double[] values = tfIdf.values().clone();
    Arrays.sort(values);
    assertThat(values)
        .containsExactly(new double[] {common, 2 * common, rare, rare}, within(1e-12));
  }

  @Test
  void nullsAreBadValuesAndEmptyTextsAreZeros() {
    Dataset<Row> data =
        LocalSpark.frame(
            "words ARRAY<STRING>",
            RowFactory.create((Object) new String[] {"a", null}),
            RowFactory.create((Object) null),
            RowFactory.create((Object) new String[0]));
    TextHashingTransformer stage =
        new TextHashingTransformer()
            .setInputCol("words")
            .setOutputCol("v")
            .setHandleInvalid("keep")
            .setErrorCol("why");

    List<Row> rows = stage.transform(data).select("v", "why").collectAsList();

    assertThat(rows.get(0).getString(1)).isEqualTo("word 1 is null");
    assertThat(rows.get(1).getString(1)).isEqualTo("the value is null");
    assertThat(rows.get(2).<Vector>getAs(0).numNonzeros()).isZero();
    assertThat(rows.get(2).isNullAt(1)).isTrue();
    assertThatThrownBy(
            () ->
                new TextHashingTransformer("h")
                    .setInputCol("words")
                    .transform(data)
                    .collectAsList())
        .hasStackTraceContaining("h, column 'words'")
        .hasStackTraceContaining("word 1 is null");
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    TextHashingTransformer stage = new TextHashingTransformer().setInputCol("text");

    assertThatThrownBy(() -> stage.copy(params(stage, "id")).transformSchema(texts.schema()))
        .hasMessageContaining("'id' must be string or array<string>, but is int");
    assertThatThrownBy(() -> stage.setNGrams(3, 2).transformSchema(texts.schema()))
        .hasMessageContaining("minN must be at most maxN, but is 3 with maxN 2");
    assertThatThrownBy(() -> stage.setAnalyzer("line")).hasMessageContaining("[word, char]");
    assertThatThrownBy(() -> stage.setTokenPattern("(")).hasMessageContaining("Unclosed group");
    assertThatThrownBy(() -> stage.setNumFeatures(0)).hasMessageContaining("numFeatures must be");
    Dataset<Row> words = texts.selectExpr("split(text, ' ') AS words");
    assertThatThrownBy(
            () ->
                new TextHashingTransformer()
                    .setInputCol("words")
                    .setAnalyzer("char")
                    .transform(words))
        .hasMessageContaining("analyzer char takes text");
  }

  private static ParamMap params(TextHashingTransformer stage, String input) {
    return new ParamMap().put(stage.inputCol().w(input));
  }
}
