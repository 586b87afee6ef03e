// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.StageContract;

class JapaneseTokenizerTest {
  private static final long DEADLINE_MS = 120_000;
  private static final String[] TEXTS = {
    "すもももももももものうち。",
    "関西国際空港でビールを飲みました！",
    "ＡＢＣ株式会社のｻｰﾊﾞｰは、2024年に止まらなかった。",
    "この本は、私が読んだ中で一番おもしろかったです。Spark も使った",
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "メロスは激怒した。必ず、かの邪智暴虐の王を除かなければならぬと決意した。",
    "えーと、それはですね、あのう、つまり（笑）コンピューター・サーバー",
    "α線とβ遮断薬",
    ""
  };

  private final Dataset<Row> data =
      LocalSpark.frame(
          "text STRING", Arrays.stream(TEXTS).map(RowFactory::create).toArray(Row[]::new));

  private final JapaneseTokenizer stage =
      new JapaneseTokenizer().setInputCol("text").setOutputCol("words");

  @Test
  void theDefaultsAreLucenesAnalyzer() throws IOException {
    List<List<String>> expected = new ArrayList<>();
    try (JapaneseAnalyzer lucene = new JapaneseAnalyzer()) {
      for (String text : TEXTS) {
        List<String> words = new ArrayList<>();
        try (TokenStream tokens = lucene.tokenStream("f", text)) {
          CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
          tokens.reset();
          while (tokens.incrementToken()) {
            words.add(word.toString());
          }
        }
        expected.add(words);
      }
    }

    assertThat(words(stage, data)).isEqualTo(expected);
    assertThat(expected.get(7)).contains("β");
    assertThat(expected.get(1)).containsExactly("関西", "国際", "空港", "ビール", "飲む");
  }

  @Test
  void partsOfSpeechStopWordsAndModesAreObeyed() {
    assertThat(words(stage.copy(none()).setPartOfSpeech("名詞-固有名詞", "動詞"), data).get(1))
        .containsExactly("関西", "飲む");
    assertThat(words(stage.copy(none()).setStopTags("助詞", "助動詞", "名詞"), data).get(1))
        .containsExactly("飲む");
    assertThat(words(stage.copy(none()).setStopWords("ビール"), data).get(1))
        .doesNotContain("ビール")
        .contains("空港");
    assertThat(words(stage.copy(none()).setMode("normal"), data).get(1)).contains("関西国際空港");
    assertThat(words(stage.copy(none()).setBaseForm(false), data).get(1)).contains("飲み");
  }

  @Test
  void aUserDictionaryAddsWords() {
    Dataset<Row> text = LocalSpark.frame("text STRING", RowFactory.create("朝青龍関と話した"));
    JapaneseTokenizer taught = stage.copy(none()).setUserDictionary("朝青龍関,朝青龍関,アサショウリュウゼキ,カスタム人名");

    assertThat(words(taught, text).get(0)).contains("朝青龍関");
    assertThat(words(stage, text).get(0)).doesNotContain("朝青龍関");
    assertThatThrownBy(() -> stage.setUserDictionary("nonsense"))
        .hasMessageContaining("userDictionary must have lines of the form");
  }

  @Test
  void itIsAStageLikeOthers(@TempDir Path folder) {
    StageContract.check(
        stage.setPartOfSpeech("名詞").setUserDictionary("朝青龍関,朝青龍関,アサショウリュウゼキ,カスタム人名"), data, folder);
  }

  @Test
  void nullTextsAreBadValues() {
    Dataset<Row> nulls = LocalSpark.frame("text STRING", RowFactory.create((Object) null));

    assertThat(stage.setHandleInvalid("skip").transform(nulls).count()).isZero();
    assertThat(stage.setHandleInvalid("keep").transform(nulls).where("words IS NULL").count())
        .isEqualTo(1);
    assertThatThrownBy(() -> stage.setHandleInvalid("error").transform(nulls).collectAsList())
        .hasStackTraceContaining("the value is null");
    assertThatThrownBy(
            () -> stage.setInputCol("n").transformSchema(LocalSpark.frame("n INT").schema()))
        .hasMessageContaining("'n' must be string, but is int");
  }

  @Test
  void aStreamGivesTheRowsThatTheBatchGives(@TempDir Path folder) throws Exception {
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.writeString(input.resolve("a.txt"), String.join("\n", TEXTS), StandardCharsets.UTF_8);
    JapaneseTokenizer ofLines = stage.setInputCol("value");
    StreamingQuery query =
        ofLines
            .transform(LocalSpark.session().readStream().text(input.toString()))
            .writeStream()
            .format("memory")
            .queryName("words")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    assertThat(LocalSpark.session().table("words").collectAsList())
        .isNotEmpty()
        .isEqualTo(
            ofLines.transform(LocalSpark.session().read().text(input.toString())).collectAsList());
  }

  private static ParamMap none() {
    return ParamMap.empty();
  }

  private static List<List<String>> words(JapaneseTokenizer stage, Dataset<Row> texts) {
    return stage.transform(texts).select(stage.getOutputCol()).collectAsList().stream()
        .<List<String>>map(row -> new ArrayList<>(row.<String>getList(0)))
        .toList();
  }
}
