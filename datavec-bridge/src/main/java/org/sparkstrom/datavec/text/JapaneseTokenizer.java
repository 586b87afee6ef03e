// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.ja.JapaneseTokenizer.Mode;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.ColumnStage;
import org.sparkstrom.datavec.column.ParamRules;

/**
 * Splits Japanese text, which has no spaces, into words (array of strings) by Lucene's
 * morphological analyser Kuromoji and the IPADIC dictionary that comes with it.
 *
 * <p>With the defaults the words are those of Lucene's JapaneseAnalyzer: full and half width made
 * one, base forms, without particles, punctuation and stop words, in lower case. {@code
 * partOfSpeech} keeps what begins with one of its tags, say 名詞 for nouns; {@code stopTags} leaves
 * out what begins with one of its.
 *
 * <p>A null text is a bad value; a text without words gives an empty array. The dictionary takes
 * some tens of MB in each JVM, once.
 */
public final class JapaneseTokenizer extends ColumnStage<JapaneseTokenizer> {
  private static final long serialVersionUID = 1L;

  /**
   * The one tag of Lucene's list that names itself alone: its kinds to leave out are listed too,
   * and 記号-アルファベット (the α of α線) is not. As a beginning it would take that as well.
   */
  private static final String SYMBOLS = "記号";

  private final Param<String> mode;
  private final BooleanParam baseForm;
  private final StringArrayParam partOfSpeech;
  private final StringArrayParam stopTags;
  private final StringArrayParam stopWords;
  private final Param<String> userDictionary;

  /** A stage with a random uid. */
  public JapaneseTokenizer() {
    this(Identifiable$.MODULE$.randomUID("japaneseTokenizer"));
  }

  /** A stage with this uid. */
  public JapaneseTokenizer(String uid) {
    super(uid);
    List<String> modes = Arrays.stream(Mode.values()).map(JapaneseTokenizer::name).toList();
    mode =
        new Param<>(
            this,
            "mode",
            "how compounds are split: normal (not), search (into their parts), extended (unknown"
                + " words into characters too)",
            ParamRules.oneOf("mode", modes));
    baseForm =
        new BooleanParam(
            this, "baseForm", "whether verbs and adjectives come in their dictionary form");
    partOfSpeech =
        new StringArrayParam(
            this, "partOfSpeech", "IPADIC tags, or their beginnings, to keep; empty for all");
    stopTags =
        new StringArrayParam(this, "stopTags", "IPADIC tags, or their beginnings, to leave out");
    stopWords = new StringArrayParam(this, "stopWords", "words to leave out");
    userDictionary =
        new Param<>(
            this,
            "userDictionary",
            "lines of Kuromoji's user dictionary (surface,segments,readings,part of speech); empty"
                + " for none",
            ParamRules.that(JapaneseAnalysis::userDictionary));
    setDefault(mode, name(Mode.SEARCH));
    setDefault(baseForm, true);
    setDefault(partOfSpeech, new String[0]);
    setDefault(
        stopTags,
        JapaneseAnalyzer.getDefaultStopTags().stream()
            .filter(tag -> !tag.equals(SYMBOLS))
            .sorted()
            .toArray(String[]::new));
    setDefault(
        stopWords,
        JapaneseAnalyzer.getDefaultStopSet().stream()
            .map(word -> new String((char[]) word))
            .sorted()
            .toArray(String[]::new));
    setDefault(userDictionary, "");
  }

  /** Param for how compounds are split: normal, search (default) or extended. */
  public Param<String> mode() {
    return mode;
  }

  /** Param for dictionary forms, on by default. */
  public BooleanParam baseForm() {
    return baseForm;
  }

  /** Param for the parts of speech to keep; empty (default) for all. */
  public StringArrayParam partOfSpeech() {
    return partOfSpeech;
  }

  /** Param for the parts of speech to leave out; those of Lucene's list by default. */
  public StringArrayParam stopTags() {
    return stopTags;
  }

  /** Param for the words to leave out, Lucene's list by default. */
  public StringArrayParam stopWords() {
    return stopWords;
  }

  /** Param for the lines of a user dictionary; empty (default) for none. */
  public Param<String> userDictionary() {
    return userDictionary;
  }

  public String getMode() {
    return getOrDefault(mode);
  }

  public boolean getBaseForm() {
    return (boolean) getOrDefault(baseForm);
  }

  public String[] getPartOfSpeech() {
    return getOrDefault(partOfSpeech).clone();
  }

  public String[] getStopTags() {
    return getOrDefault(stopTags).clone();
  }

  public String[] getStopWords() {
    return getOrDefault(stopWords).clone();
  }

  public String getUserDictionary() {
    return getOrDefault(userDictionary);
  }

  /** Sets how compounds are split: normal, search or extended. */
  public JapaneseTokenizer setMode(String value) {
    set(mode, value);
    return this;
  }

  public JapaneseTokenizer setBaseForm(boolean value) {
    set(baseForm, value);
    return this;
  }

  public JapaneseTokenizer setPartOfSpeech(String... tags) {
    set(partOfSpeech, tags);
    return this;
  }

  public JapaneseTokenizer setStopTags(String... tags) {
    set(stopTags, tags);
    return this;
  }

  public JapaneseTokenizer setStopWords(String... words) {
    set(stopWords, words);
    return this;
  }

  /** Sets the lines of a user dictionary. */
  public JapaneseTokenizer setUserDictionary(String lines) {
    set(userDictionary, lines);
    return this;
  }

  @Override
  public JapaneseTokenizer copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<JapaneseTokenizer> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static JapaneseTokenizer load(String path) {
    return read().load(path);
  }

  @Override
  protected void check(StructField input) {
    if (!input.dataType().equals(DataTypes.StringType)) {
      throw new IllegalArgumentException(
          uid()
              + ": inputCol '"
              + input.name()
              + "' must be string, but is "
              + input.dataType().catalogString());
    }
  }

  @Override
  protected StructField output(StructField input) {
    return new StructField(
        getOutputCol(),
        DataTypes.createArrayType(DataTypes.StringType, false),
        true,
        Metadata.empty());
  }

  @Override
  protected ColumnFunction function(StructField input, SparkSession spark) {
    return new JapaneseAnalysis(
        new JapaneseAnalysis.Settings(
            getOrDefault(mode).toUpperCase(Locale.ROOT),
            (boolean) getOrDefault(baseForm),
            List.of(getOrDefault(partOfSpeech)),
            List.of(getOrDefault(stopTags)),
            List.of(getOrDefault(stopWords)),
            getOrDefault(userDictionary)));
  }

  private static String name(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static final class Reader implements DefaultParamsReadable<JapaneseTokenizer> {}
}
