// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The best model of a {@link HyperparameterSearch}, and how the search went: as a DataFrame of
 * trials, and as a page with a plot.
 */
public final class HyperparameterSearchModel extends Model<HyperparameterSearchModel>
    implements SearchParams, MLWritable {
  private static final long serialVersionUID = 1L;

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "trial INT, rung INT, resource INT, spent INT, metric DOUBLE, seconds DOUBLE,"
              + " state STRING, message STRING, params MAP<STRING, STRING>");

  private final String uid;
  private final Transformer bestModel;
  private final SearchFacts facts;
  private final SearchParamSet paramSet;

  HyperparameterSearchModel(String uid, Transformer bestModel, SearchFacts facts) {
    this.uid = uid;
    this.bestModel = bestModel;
    this.facts = facts;
    this.paramSet = new SearchParamSet(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public SearchParamSet paramSet() {
    return paramSet;
  }

  /** The model of the best candidate, fitted on all rows, or with {@code refit} false as judged. */
  public Transformer bestModel() {
    return bestModel;
  }

  /** What the best candidate came to on the validation rows. */
  public TrialResult best() {
    return facts.results().stream()
        .filter(r -> r.trial() == facts.bestTrial() && r.rung() == facts.bestRung())
        .findFirst()
        .orElseThrow();
  }

  /** All that was trained, in the order in which it ended. */
  public List<TrialResult> trials() {
    return facts.results();
  }

  /** The resource, usually epochs, that all trials took together; the refit is not in it. */
  public long resourceSpent() {
    return facts.results().stream().mapToLong(TrialResult::spent).sum();
  }

  /** Estimators before the tuned stage that were fitted: each distinct one once. */
  public int prefixFits() {
    return facts.prefixFits();
  }

  /** Estimators, the tuned stage and those behind it, that were fitted in trials. */
  public int trialFits() {
    return facts.trialFits();
  }

  /**
   * The trials as rows: trial, rung, resource, spent, metric, seconds, state, message, params (a
   * map from {@code uid.param} to text); see {@link TrialResult}.
   */
  public Dataset<Row> results(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (TrialResult r : facts.results()) {
      rows.add(
          RowFactory.create(
              r.trial(),
              r.rung(),
              r.resource(),
              r.spent(),
              r.metric(),
              r.seconds(),
              r.state(),
              r.message(),
              r.values()));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** The search as one HTML page without scripts: a plot of the trials, and their table. */
  public String toHtml() {
    return SearchPage.write(uid, facts);
  }

  SearchFacts facts() {
    return facts;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    return bestModel.transform(data);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return bestModel.transformSchema(schema);
  }

  @Override
  public HyperparameterSearchModel copy(ParamMap extra) {
    HyperparameterSearchModel copy =
        new HyperparameterSearchModel(uid, bestModel.copy(extra), facts);
    return copyValues(copy.setParent(parent()), extra);
  }

  @Override
  public MLWriter write() {
    return SearchFolder.writer(this);
  }

  /** A reader of saved models. */
  public static MLReader<HyperparameterSearchModel> read() {
    return SearchFolder.modelReader();
  }

  /** The model saved at this path, on any Hadoop file system. */
  public static HyperparameterSearchModel load(String path) {
    return read().load(path);
  }
}
