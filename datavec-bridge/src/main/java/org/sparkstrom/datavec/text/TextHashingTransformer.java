// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.ColumnStage;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.RefusedValueException;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Makes a sparse vector of a text by hashing its terms, without a vocabulary and so without a fit:
 * the same text gives the same vector in every job, batch or stream.
 *
 * <p>{@code inputCol} holds text, which is split by {@code tokenPattern}, or words (array of
 * strings), as a tokenizer gives them. Terms are words or characters ({@code analyzer}), in runs of
 * {@code minN} to {@code maxN}. Vectors are those of scikit-learn's HashingVectorizer for the same
 * settings, except that {@code norm} is none by default, as counts are what {@code IDF} takes, and
 * that a word may hold combining marks. Spark's HashingTF differs by its seed and has no signs.
 *
 * <p>For TF-IDF put Spark's {@code IDF} behind it, with {@code alternateSign} off: IDF counts
 * documents by values above zero.
 *
 * <p>A null text, or a null among words, is a bad value; a text without terms gives a vector of
 * zeros.
 */
public final class TextHashingTransformer extends ColumnStage<TextHashingTransformer> {
  private static final long serialVersionUID = 1L;
  private static final int DEFAULT_FEATURES = 1 << 18;
  private static final int MAX_RUN = 32;

  private final IntParam numFeatures;
  private final Param<String> analyzer;
  private final IntParam minN;
  private final IntParam maxN;
  private final Param<String> tokenPattern;
  private final BooleanParam lowercase;
  private final StringArrayParam stopWords;
  private final BooleanParam alternateSign;
  private final BooleanParam binary;
  private final Param<String> norm;

  /** A stage with a random uid. */
  public TextHashingTransformer() {
    this(Identifiable$.MODULE$.randomUID("textHashing"));
  }

  /** A stage with this uid. */
  public TextHashingTransformer(String uid) {
    super(uid);
    numFeatures =
        new IntParam(
            this,
            "numFeatures",
            "entries of the vector",
            ParamRules.between("numFeatures", 1, Integer.MAX_VALUE));
    analyzer = word("analyzer", "what terms are made of", Analysis.values());
    minN = run("minN", "words or characters of the shortest terms");
    maxN = run("maxN", "words or characters of the longest terms");
    tokenPattern =
        new Param<>(
            this,
            "tokenPattern",
            "regular expression of a word, where the input is text and terms are words",
            ParamRules.that(TextHashingTransformer::checkPattern));
    lowercase = new BooleanParam(this, "lowercase", "whether text comes to lower case first");
    stopWords =
        new StringArrayParam(
            this, "stopWords", "words that are left out, spelled as they are compared");
    alternateSign =
        new BooleanParam(this, "alternateSign", "whether the hash also gives a term its sign");
    binary = new BooleanParam(this, "binary", "whether each entry that a term names is 1");
    norm = word("norm", "length of the vector", Norm.values());
    setDefault(numFeatures, DEFAULT_FEATURES);
    setDefault(analyzer, name(Analysis.WORD));
    setDefault(minN, 1);
    setDefault(maxN, 1);
    setDefault(tokenPattern, "\\w{2,}");
    setDefault(lowercase, true);
    setDefault(stopWords, new String[0]);
    setDefault(alternateSign, true);
    setDefault(binary, false);
    setDefault(norm, name(Norm.NONE));
  }

  private static void checkPattern(String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "tokenPattern must be a regular expression as Java has them: " + e.getMessage(), e);
    }
  }

  /** Param for the entries of the vector, 2^18 by default. */
  public IntParam numFeatures() {
    return numFeatures;
  }

  /** Param for what terms are made of: word (default) or char. */
  public Param<String> analyzer() {
    return analyzer;
  }

  /** Param for the length of the shortest terms, 1 by default. */
  public IntParam minN() {
    return minN;
  }

  /** Param for the length of the longest terms, 1 by default. */
  public IntParam maxN() {
    return maxN;
  }

  /** Param for the regular expression of a word: by default two or more word characters. */
  public Param<String> tokenPattern() {
    return tokenPattern;
  }

  /** Param for lower case, on by default. */
  public BooleanParam lowercase() {
    return lowercase;
  }

  /** Param for words to leave out, none by default. */
  public StringArrayParam stopWords() {
    return stopWords;
  }

  /** Param for signs by the hash, on by default. */
  public BooleanParam alternateSign() {
    return alternateSign;
  }

  /** Param for ones in place of counts, off by default. */
  public BooleanParam binary() {
    return binary;
  }

  /** Param for the vector's length: none (default), l1 or l2. */
  public Param<String> norm() {
    return norm;
  }

  public int getNumFeatures() {
    return (int) getOrDefault(numFeatures);
  }

  public String getAnalyzer() {
    return getOrDefault(analyzer);
  }

  public int getMinN() {
    return (int) getOrDefault(minN);
  }

  public int getMaxN() {
    return (int) getOrDefault(maxN);
  }

  public String getTokenPattern() {
    return getOrDefault(tokenPattern);
  }

  public boolean getLowercase() {
    return (boolean) getOrDefault(lowercase);
  }

  public String[] getStopWords() {
    return getOrDefault(stopWords).clone();
  }

  public boolean getAlternateSign() {
    return (boolean) getOrDefault(alternateSign);
  }

  public boolean getBinary() {
    return (boolean) getOrDefault(binary);
  }

  public String getNorm() {
    return getOrDefault(norm);
  }

  public TextHashingTransformer setNumFeatures(int entries) {
    set(numFeatures, entries);
    return this;
  }

  /** Sets what terms are made of: word or char. */
  public TextHashingTransformer setAnalyzer(String value) {
    set(analyzer, value);
    return this;
  }

  /** Sets the lengths of the shortest and the longest terms. */
  public TextHashingTransformer setNGrams(int min, int max) {
    set(minN, min);
    set(maxN, max);
    return this;
  }

  public TextHashingTransformer setTokenPattern(String regex) {
    set(tokenPattern, regex);
    return this;
  }

  public TextHashingTransformer setLowercase(boolean value) {
    set(lowercase, value);
    return this;
  }

  public TextHashingTransformer setStopWords(String... words) {
    set(stopWords, words);
    return this;
  }

  public TextHashingTransformer setAlternateSign(boolean value) {
    set(alternateSign, value);
    return this;
  }

  public TextHashingTransformer setBinary(boolean value) {
    set(binary, value);
    return this;
  }

  /** Sets the vector's length: none, l1 or l2. */
  public TextHashingTransformer setNorm(String value) {
    set(norm, value);
    return this;
  }

  @Override
  public TextHashingTransformer copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<TextHashingTransformer> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static TextHashingTransformer load(String path) {
    return read().load(path);
  }

  @Override
  protected void check(StructField input) {
    boolean text = input.dataType().equals(DataTypes.StringType);
    boolean words =
        input.dataType() instanceof ArrayType array
            && array.elementType().equals(DataTypes.StringType);
    if (!text && !words) {
      throw new IllegalArgumentException(
          uid()
              + ": inputCol '"
              + input.name()
              + "' must be string or array<string>, but is "
              + input.dataType().catalogString());
    }
    if (words && terms().analysis() == Analysis.CHAR) {
      throw new IllegalArgumentException(
          uid()
              + ": analyzer char takes text, but column '"
              + input.name()
              + "' holds words; join them (concat_ws) or set analyzer to word");
    }
    if (terms().min() > terms().max()) {
      throw new IllegalArgumentException(
          uid()
              + ": minN must be at most maxN, but is "
              + terms().min()
              + " with maxN "
              + terms().max());
    }
  }

  @Override
  protected StructField output(StructField input) {
    AttributeGroup group = new AttributeGroup(getOutputCol(), (int) getOrDefault(numFeatures));
    return new StructField(getOutputCol(), SQLDataTypes.VectorType(), true, group.toMetadata());
  }

  @Override
  protected ColumnFunction function(StructField input, SparkSession spark) {
    Terms terms = terms();
    TermHashing hashing =
        new TermHashing(
            (int) getOrDefault(numFeatures),
            (boolean) getOrDefault(alternateSign),
            (boolean) getOrDefault(binary),
            Norm.valueOf(getOrDefault(norm).toUpperCase(Locale.ROOT)));
    if (input.dataType().equals(DataTypes.StringType)) {
      return text -> hashing.vector(terms.of((String) text));
    }
    return words -> hashing.vector(terms.ofWords(words((Seq<?>) words)));
  }

  private Terms terms() {
    return new Terms(
        Analysis.valueOf(getOrDefault(analyzer).toUpperCase(Locale.ROOT)),
        Pattern.compile(getOrDefault(tokenPattern), Pattern.UNICODE_CHARACTER_CLASS),
        (boolean) getOrDefault(lowercase),
        Set.copyOf(Arrays.asList(getOrDefault(stopWords))),
        (int) getOrDefault(minN),
        (int) getOrDefault(maxN));
  }

  private static List<String> words(Seq<?> column) {
    List<String> words = new ArrayList<>(column.length());
    for (Object word : JavaConverters.seqAsJavaList(column)) {
      if (word == null) {
        throw new RefusedValueException("word " + words.size() + " is null");
      }
      words.add((String) word);
    }
    return words;
  }

  private IntParam run(String name, String doc) {
    return new IntParam(this, name, doc, ParamRules.between(name, 1, MAX_RUN));
  }

  private Param<String> word(String name, String doc, Enum<?>[] choices) {
    List<String> words = Arrays.stream(choices).map(TextHashingTransformer::name).toList();
    String spelled = doc + ": " + String.join(", ", words);
    return new Param<>(this, name, spelled, ParamRules.oneOf(name, words));
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static final class Reader implements DefaultParamsReadable<TextHashingTransformer> {}
}
