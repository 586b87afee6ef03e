// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Finds the spellings of one thing in a column of text, such as names of people, firms or places
 * that were typed by hand, and the most frequent of them, which its model then writes for all.
 *
 * <p>Texts that differ in case, width, white space or punctuation alone are one ({@link
 * SpellingKey}). Of what is left, two texts are alike when the sets of their runs of {@code
 * gramLength} characters have a Jaccard similarity of {@code minSimilarity} or more ({@link
 * SimilarPairs}); and what is alike step by step is one group. So set {@code minSimilarity} high
 * enough that chains do not run through the whole data. The result depends on data, Params and
 * {@code seed} alone, not on the order or partitions of rows.
 *
 * <p>The groups of several spellings are held by the driver and sent to the executors.
 */
public final class NearDuplicates extends Estimator<NearDuplicatesModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CHARACTERS = 16;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final IntParam gramLength;
  private final DoubleParam minSimilarity;
  private final DoubleParam missRate;
  private final LongParam seed;

  /** A stage with a random uid. */
  public NearDuplicates() {
    this(StageMetadata.randomUid("nearDuplicates"));
  }

  /** A stage with this uid. */
  public NearDuplicates(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    inputCol = new Param<>(this, SpellingColumns.INPUT, "name of the column of text to read");
    outputCol = new Param<>(this, "outputCol", "name of the column to append");
    gramLength =
        new IntParam(
            this,
            "gramLength",
            "characters in a run; texts are compared by their runs",
            ParamRules.between("gramLength", 1, MOST_CHARACTERS));
    minSimilarity =
        new DoubleParam(
            this,
            "minSimilarity",
            "least share of runs in common of two spellings, from 0.1 to 1",
            ParamRules.between("minSimilarity", 0.1, 1));
    missRate =
        new DoubleParam(
            this,
            "missRate",
            "chance that two spellings of just minSimilarity are overlooked; smaller takes longer",
            ParamRules.between("missRate", 1e-9, 0.5));
    seed = new LongParam(this, "seed", "seed of the hash functions");
    setDefault(outputCol, uid + "__output");
    setDefault(gramLength, 2);
    setDefault(minSimilarity, 0.7);
    setDefault(missRate, 0.001);
    setDefault(seed, 20_261_126L);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the column to read. No default. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Param for the column to append. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Param for the characters in a run, 2 by default. */
  public IntParam gramLength() {
    return gramLength;
  }

  /** Param for the least similarity, 0.7 by default. */
  public DoubleParam minSimilarity() {
    return minSimilarity;
  }

  /** Param for the chance that a pair of just that similarity is overlooked, 0.001 by default. */
  public DoubleParam missRate() {
    return missRate;
  }

  /** Param for the seed of the hash functions; fixed by default. */
  public LongParam seed() {
    return seed;
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public int getGramLength() {
    return (int) getOrDefault(gramLength);
  }

  public double getMinSimilarity() {
    return (double) getOrDefault(minSimilarity);
  }

  public double getMissRate() {
    return (double) getOrDefault(missRate);
  }

  public long getSeed() {
    return (long) getOrDefault(seed);
  }

  public NearDuplicates setInputCol(String name) {
    set(inputCol, name);
    return this;
  }

  public NearDuplicates setOutputCol(String name) {
    set(outputCol, name);
    return this;
  }

  /** Sets the characters in a run. */
  public NearDuplicates setGramLength(int characters) {
    set(gramLength, characters);
    return this;
  }

  /** Sets the least similarity. */
  public NearDuplicates setMinSimilarity(double share) {
    set(minSimilarity, share);
    return this;
  }

  /** Sets the chance that a pair of just the least similarity is overlooked. */
  public NearDuplicates setMissRate(double chance) {
    set(missRate, chance);
    return this;
  }

  /** Sets the seed of the hash functions. */
  public NearDuplicates setSeed(long value) {
    set(seed, value);
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return SpellingColumns.of(this, inputCol, outputCol).over(schema).output();
  }

  @Override
  public NearDuplicatesModel fit(Dataset<?> data) {
    SpellingColumns columns = SpellingColumns.of(this, inputCol, outputCol);
    StageSchema over = columns.over(data.schema());
    StageSchema.requireBatch(uid, data);
    Dataset<Row> apart = MadeColumn.apart(data.toDF());
    Column text = MadeColumn.at(apart, over.place(SpellingColumns.INPUT, columns.input()));
    SimilarPairs pairs =
        SimilarPairs.of(getGramLength(), getMinSimilarity(), getMissRate(), getSeed());
    NearDuplicatesModel model =
        new NearDuplicatesModel(uid, new SpellingSearch(pairs).run(apart.select(text.as("text"))));
    return copyValues(model, ParamMap.empty()).setParent(this);
  }

  @Override
  public NearDuplicates copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<NearDuplicates> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static NearDuplicates load(String path) {
    return read().load(path);
  }

  private static final class Reader implements DefaultParamsReadable<NearDuplicates> {}
}
