// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * Fits pipelines and keeps what was fitted in a folder, so that a run fits only what changed since
 * an earlier one:
 *
 * <pre>{@code
 * RunCache cache = RunCache.at("hdfs:///runs", InputFingerprint.files());
 * CachedRun run = cache.fit(pipeline, data);
 * System.out.println(run.tree());
 * }</pre>
 *
 * <p>A model is taken from the cache if the rows, all stages before it and the stage itself are the
 * same: its class, its code, and all its Params. The folder may be on any Hadoop file system and be
 * used by several programs at once. Nothing is deleted but by {@link #prune}. Immutable and
 * thread-safe; needs an active Spark session.
 */
public final class RunCache {
  private static final Logger LOG = LoggerFactory.getLogger(RunCache.class);

  private final String root;
  private final InputFingerprint input;
  private final KeptRows keptRows;
  private final String codeVersion;
  private final Optional<Webhook> webhook;

  private RunCache(
      String root,
      InputFingerprint input,
      KeptRows keptRows,
      String codeVersion,
      Optional<Webhook> webhook) {
    this.root = Objects.requireNonNull(root, "root");
    this.input = Objects.requireNonNull(input, "input");
    this.keptRows = Objects.requireNonNull(keptRows, "keptRows");
    this.codeVersion = Objects.requireNonNull(codeVersion, "codeVersion");
    this.webhook = webhook;
  }

  /**
   * A cache in this folder, which is made when it is first written to.
   *
   * @param folder on any Hadoop file system
   * @param input how the rows of two runs are known to be the same
   */
  public static RunCache at(String folder, InputFingerprint input) {
    return new RunCache(folder, input, KeptRows.NONE, "", Optional.empty());
  }

  /** The same with rows between stages kept too. */
  public RunCache with(KeptRows rows) {
    return new RunCache(root, input, rows, codeVersion, webhook);
  }

  /** The same with the tree of each run posted there when it has ended, failures cut short. */
  public RunCache with(Webhook target) {
    return new RunCache(root, input, keptRows, codeVersion, Optional.of(target));
  }

  /**
   * The same with a version of code of the caller's own that stages call. The class files of stages
   * themselves, the versions of this library and of Spark are in every key anyway.
   */
  public RunCache withCodeVersion(String version) {
    return new RunCache(root, input, keptRows, version, webhook);
  }

  /**
   * Fits a pipeline, as far as it was not fitted before. Blocks until it has ended.
   *
   * @throws IllegalArgumentException if the data is a stream, does not fit the pipeline, or a stage
   *     cannot be told from others; before anything is run
   * @throws RunFailedException if a stage fails; what was fitted before it is kept
   */
  public CachedRun fit(Pipeline pipeline, Dataset<?> data) {
    return fit(pipeline, data, "");
  }

  /**
   * Fits the pipeline of an earlier run, completed or failed, on these rows.
   *
   * @throws IllegalArgumentException if there is no such run
   */
  public CachedRun rerun(String id, Dataset<?> data) {
    folder().record(id);
    return fit(folder().pipeline(id, context()), data, id);
  }

  /**
   * The model of an earlier run, without fitting.
   *
   * @throws IllegalArgumentException if the run was not completed, or a model of it is no longer
   *     there or is damaged
   */
  public PipelineModel model(String id) {
    RunRecord run = folder().record(id);
    if (!run.failure().isEmpty()) {
      throw new IllegalArgumentException(
          "the run must have been completed, but " + id + " failed; rerun it");
    }
    Pipeline pipeline = folder().pipeline(id, context());
    List<PipelineStage> stages = StageSettings.flat(pipeline);
    List<Transformer> fitted = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      StageRecord stage = run.stages().get(i);
      fitted.add(
          stage.state() == StageState.APPLIED ? (Transformer) stages.get(i) : load(id, stage));
    }
    return StageMetadata.pipelineModel(pipeline.uid(), fitted);
  }

  private Transformer load(String id, StageRecord stage) {
    try {
      Entry entry = store().read(EntryKind.MODEL, stage.key(), stage.entry());
      return StageMetadata.loadAny(store().saved(entry), context(), Transformer.class);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the model of %s in run %s must be in the cache, but cannot be read: %s; rerun the run"
              .formatted(stage.uid(), id, e.getMessage()),
          e);
    }
  }

  /**
   * How an earlier run went.
   *
   * @throws IllegalArgumentException if there is no such run
   */
  public RunRecord run(String id) {
    return folder().record(id);
  }

  /** All runs, in the order in which they began. */
  public List<RunRecord> runs() {
    return folder().all();
  }

  /**
   * Deletes runs that are older, and of models and rows that are older those that no remaining run
   * has fitted or taken. Not for while another program's run goes on with what is deleted.
   */
  public Pruned prune(Duration olderThan) {
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException(
          "what is pruned must be older than a span of at least 0, but the span is " + olderThan);
    }
    long limit = System.currentTimeMillis() - olderThan.toMillis();
    return new Pruning(store(), folder(), limit).prune();
  }

  private CachedRun fit(Pipeline pipeline, Dataset<?> data, String rerunOf) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "the data of a run must have an end, but is a stream; run on a table");
    }
    StageSettings.flat(pipeline).forEach(StageIdentity::require);
    pipeline.transformSchema(data.schema());
    CodeVersion code = CodeVersion.of(data.sparkSession().sparkContext(), codeVersion);
    EntryStore store = store();
    PipelineRun.Outcome outcome =
        new PipelineRun(
                new PipelineRun.Setup(store, input, keptRows, code, rerunOf), pipeline, data)
            .run();
    RunRecord run = outcome.run();
    LOG.info("{}", run.tree());
    Optional<RunFailedException> failure =
        outcome.cause().map(cause -> new RunFailedException(run, cause));
    try {
      new RunFolder(store).save(run, pipeline);
    } catch (RuntimeException e) {
      failure.ifPresent(first -> first.addSuppressed(e));
      if (failure.isEmpty()) {
        throw e;
      }
    } finally {
      webhook.ifPresent(target -> target.post(ExecutionTree.brief(run)));
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return new CachedRun(outcome.model().orElseThrow(), run);
  }

  private EntryStore store() {
    return new EntryStore(root, context().hadoopConfiguration());
  }

  private RunFolder folder() {
    return new RunFolder(store());
  }

  private static SparkContext context() {
    return SparkSession.active().sparkContext();
  }
}
