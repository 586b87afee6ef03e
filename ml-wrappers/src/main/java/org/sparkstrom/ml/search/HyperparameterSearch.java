// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.ml.stage.HoldsStages;

/**
 * Searches for the hyperparameters with which an estimator, or a pipeline, does best on rows that
 * it was not fitted on: over a grid, at random, by successive halving, Hyperband or ASHA.
 *
 * <p>Candidates come from {@link SearchSpace} or Spark's {@code ParamGridBuilder}. Several are
 * trained at once ({@code parallelism}); networks that do not fit beside each other into the
 * cluster's slots take turns. What candidates have in common before the stage that is tuned is
 * fitted once. Strategies that halve give trials more and more of {@code resourceParam}, epochs by
 * default; with {@code checkpointDir} a trial goes on where it was instead of beginning anew. A
 * {@code deadlineSeconds} ends the search with the best so far. Trials are in the order of their
 * numbers with {@code parallelism} 1, so that the same seed gives the same search.
 */
public final class HyperparameterSearch extends Estimator<HyperparameterSearchModel>
    implements SearchParams, HoldsStages, MLWritable {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(HyperparameterSearch.class);

  private final String uid;
  private final Estimator<?> estimator;
  private final Evaluator evaluator;
  private final ParamMap[] candidates;

  private final SearchParamSet paramSet;

  /**
   * A search.
   *
   * @param estimator what is fitted with each candidate's values
   * @param evaluator tells how good a model is
   * @param candidates the values to try
   */
  public HyperparameterSearch(Estimator<?> estimator, Evaluator evaluator, ParamMap[] candidates) {
    this(StageMetadata.randomUid("hyperparameterSearch"), estimator, evaluator, candidates);
  }

  /**
   * A search with this uid, for other languages' faces.
   *
   * @param estimator what is fitted with each candidate's values
   * @param evaluator tells how good a model is
   * @param candidates the values to try
   */
  public HyperparameterSearch(
      String uid, Estimator<?> estimator, Evaluator evaluator, ParamMap[] candidates) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.estimator = Objects.requireNonNull(estimator, "estimator");
    this.evaluator = Objects.requireNonNull(evaluator, "evaluator");
    this.candidates = candidates.clone();
    if (candidates.length == 0) {
      throw new IllegalArgumentException("a search must have candidates, but has none");
    }
    this.paramSet = new SearchParamSet(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** What is fitted with each candidate's values. */
  public Estimator<?> estimator() {
    return estimator;
  }

  /** Tells how good a model is. */
  public Evaluator evaluator() {
    return evaluator;
  }

  /** Estimator and evaluator. */
  @Override
  public List<Params> heldStages() {
    return List.of(estimator, evaluator);
  }

  /** The values to try. */
  public ParamMap[] candidates() {
    return candidates.clone();
  }

  @Override
  public SearchParamSet paramSet() {
    return paramSet;
  }

  /** Sets the strategy: exhaustive, successive_halving, hyperband or asha. */
  public HyperparameterSearch setStrategy(String value) {
    set(strategy(), value);
    return this;
  }

  /** Sets the trials at once. */
  public HyperparameterSearch setParallelism(int value) {
    set(parallelism(), value);
    return this;
  }

  /** Sets the share of the rows that is fitted on. */
  public HyperparameterSearch setTrainRatio(double value) {
    set(trainRatio(), value);
    return this;
  }

  /** Sets the name of the Param that is the resource. */
  public HyperparameterSearch setResourceParam(String value) {
    set(resourceParam(), value);
    return this;
  }

  /** Sets the resource that no rung is below. */
  public HyperparameterSearch setMinResource(int value) {
    set(minResource(), value);
    return this;
  }

  /** Sets the resource on the last rung; 0 for the stage's own value. */
  public HyperparameterSearch setMaxResource(int value) {
    set(maxResource(), value);
    return this;
  }

  /** Sets eta: one of so many goes on, with so many times the resource. */
  public HyperparameterSearch setReductionFactor(int value) {
    set(reductionFactor(), value);
    return this;
  }

  /** Sets the folder in which trials keep checkpoints during the search. */
  public HyperparameterSearch setCheckpointDir(String value) {
    set(checkpointDir(), value);
    return this;
  }

  /** Sets the deadline; 0 for none. */
  public HyperparameterSearch setDeadlineSeconds(long value) {
    set(deadlineSeconds(), value);
    return this;
  }

  /** Sets what a trial that fails does: error or skip. */
  public HyperparameterSearch setOnFailure(String value) {
    set(onFailure(), value);
    return this;
  }

  /** Sets whether the best candidate is fitted on all rows at the end. */
  public HyperparameterSearch setRefit(boolean value) {
    set(refit(), value);
    return this;
  }

  /** Sets the seed of the choice of validation rows. */
  public HyperparameterSearch setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /**
   * Searches. Blocks until it has ended.
   *
   * @throws IllegalArgumentException if the candidates or the resource do not fit the estimator, or
   *     the data is a stream
   * @throws SearchFailedException if no trial was completed, or one failed and onFailure is error
   */
  @Override
  public HyperparameterSearchModel fit(Dataset<?> data) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "the data of a search must have an end, but is a stream; search on a table");
    }
    StrategyKind kind = StrategyKind.of(getStrategy());
    Optional<Resource> resource =
        kind == StrategyKind.EXHAUSTIVE ? Optional.empty() : Optional.of(resource());
    CandidateStages stages = new CandidateStages(estimator, resource);
    stages.check(candidates, resource);
    if (!getCheckpointDir().isEmpty()) {
      Trials.requireCheckpoints(stages.tuned());
    }
    transformSchema(data.schema());
    Dataset<Row>[] parts =
        data.toDF().randomSplit(new double[] {getTrainRatio(), 1 - getTrainRatio()}, getSeed());
    SparkContext context = data.sparkSession().sparkContext();
    String checkpoints =
        getCheckpointDir().isEmpty()
            ? ""
            : getCheckpointDir() + "/" + uid + "-" + UUID.randomUUID();
    try (SharedPrefixes prefixes = new SharedPrefixes(parts[0], parts[1])) {
      Trials trials = new Trials(stages, candidates, evaluator, resource, prefixes, checkpoints);
      SearchRun.Outcome outcome =
          new SearchRun(context, uid, trials, values(), evaluator.isLargerBetter(), limits())
              .run(
                  kind.over(
                      candidates.length,
                      resource.map(r -> r.rungs().size()).orElse(1),
                      getReductionFactor()));
      Transformer best =
          getRefit() ? refit(data, stages, outcome.best(), resource) : outcome.model();
      SearchFacts facts =
          new SearchFacts(
              evaluator.isLargerBetter(),
              outcome.best().trial(),
              outcome.best().rung(),
              prefixes.fits(),
              trials.fits(),
              outcome.results());
      return copyValues(
          new HyperparameterSearchModel(uid, best, facts).setParent(this), ParamMap.empty());
    } finally {
      delete(checkpoints, context);
    }
  }

  private Resource resource() {
    CandidateStages stages =
        new CandidateStages(estimator, Optional.of(new Resource(getResourceParam(), List.of())));
    Object own = stages.tuned().getOrDefault(stages.tuned().getParam(getResourceParam()));
    int most = getMaxResource() == 0 ? (int) own : getMaxResource();
    if (most < getMinResource()) {
      throw new IllegalArgumentException(
          "maxResource must be at least minResource, but is %d and minResource %d; %s"
              .formatted(
                  most,
                  getMinResource(),
                  getMaxResource() == 0
                      ? "set maxResource, or " + getResourceParam()
                      : "raise it"));
    }
    return Resource.geometric(getResourceParam(), getMinResource(), most, getReductionFactor());
  }

  private SearchRun.Limits limits() {
    return new SearchRun.Limits(
        getParallelism(),
        Optional.of(getDeadlineSeconds()).filter(s -> s > 0).map(Duration::ofSeconds),
        !getOnFailure().equals(SearchParamSet.SKIP));
  }

  private List<Map<String, String>> values() {
    return Arrays.stream(candidates).map(ParamValues::readable).toList();
  }

  private Transformer refit(
      Dataset<?> data, CandidateStages stages, TrialResult best, Optional<Resource> resource) {
    ParamMap values = candidates[best.trial()].copy();
    resource.ifPresent(r -> Trials.put(values, stages.tuned(), r.param(), best.resource()));
    return estimator.fit(data, values);
  }

  private static void delete(String folder, SparkContext context) {
    if (folder.isEmpty()) {
      return;
    }
    try {
      Path path = new Path(folder);
      path.getFileSystem(context.hadoopConfiguration()).delete(path, true);
    } catch (IOException e) {
      LOG.warn("cannot delete the checkpoints of a search in '{}'", folder, e);
    }
  }

  /**
   * The schema of the first candidate's model.
   *
   * @throws IllegalArgumentException if a candidate does not fit the columns
   */
  @Override
  public StructType transformSchema(StructType schema) {
    StructType first = null;
    for (ParamMap candidate : candidates) {
      StructType output = estimator.copy(candidate).transformSchema(schema);
      first = first == null ? output : first;
    }
    return first;
  }

  @Override
  public HyperparameterSearch copy(ParamMap extra) {
    ParamMap[] copies = Arrays.stream(candidates).map(ParamMap::copy).toArray(ParamMap[]::new);
    return copyValues(
        new HyperparameterSearch(
            uid, (Estimator<?>) estimator.copy(extra), evaluator.copy(extra), copies),
        extra);
  }

  /**
   * Saves Params, estimator, evaluator and candidates.
   *
   * @throws IllegalArgumentException if the estimator or the evaluator cannot be saved
   */
  @Override
  public MLWriter write() {
    return SearchFolder.writer(this);
  }

  /** A reader of saved searches. */
  public static MLReader<HyperparameterSearch> read() {
    return SearchFolder.searchReader();
  }

  /** The search saved at this path, on any Hadoop file system. */
  public static HyperparameterSearch load(String path) {
    return read().load(path);
  }
}
