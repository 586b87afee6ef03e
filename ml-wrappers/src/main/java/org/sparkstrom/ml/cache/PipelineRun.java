// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * One run over the stages of a pipeline. The key of a stage is the hash of what it is and of the
 * place before it; the place behind it is the hash of the key and of what was fitted. So a stage is
 * fitted anew when anything before it is another, also when the same stage was fitted again and
 * came out otherwise. Used once, by one thread.
 */
final class PipelineRun {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);

  /**
   * What a run is made with.
   *
   * @param rerunOf the run whose pipeline it takes; empty if it is given one
   */
  record Setup(
      EntryStore store,
      InputFingerprint input,
      KeptRows keptRows,
      CodeVersion code,
      String rerunOf) {}

  private final Setup setup;
  private final Pipeline pipeline;
  private final Dataset<Row> data;
  private final String id = newId();
  private final Instant started = Instant.now();
  private final long beginNs = System.nanoTime();
  private final List<StageRecord> records = new ArrayList<>();
  private final List<Transformer> fitted = new ArrayList<>();
  private String print = "";
  private double inputSeconds;
  private String position = ""; // hash of all before the next stage
  private Dataset<Row> rows; // before the next stage

  PipelineRun(Setup setup, Pipeline pipeline, Dataset<?> data) {
    this.setup = setup;
    this.pipeline = pipeline;
    this.data = data.toDF();
    this.rows = this.data;
  }

  private static String newId() {
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[-:]", "");
    return time + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** What a run came to; the model is empty if it failed. */
  record Outcome(Optional<PipelineModel> model, RunRecord run, Optional<Exception> cause) {}

  /** Goes through all stages, or up to the one that fails. */
  Outcome run() {
    List<StageSettings.Place> places = StageSettings.places(pipeline);
    int lastEstimator = -1;
    for (int i = 0; i < places.size(); i++) {
      lastEstimator = places.get(i).stage() instanceof Estimator ? i : lastEstimator;
    }
    Optional<Exception> failure = readInput();
    for (int i = 0; i < places.size(); i++) {
      if (failure.isPresent()) {
        record(places.get(i), StageState.NOT_REACHED, 0, Kept.NONE, "");
      } else {
        failure = step(places.get(i), i < lastEstimator);
      }
    }
    Optional<PipelineModel> model =
        failure.isPresent()
            ? Optional.empty()
            : Optional.of(StageMetadata.pipelineModel(pipeline.uid(), fitted));
    return new Outcome(model, record(failure), failure);
  }

  private Optional<Exception> readInput() {
    long begin = System.nanoTime();
    try {
      print = setup.input().of(data);
      String settings = SessionSettings.hash(data.sparkSession());
      position = Sha256.of(print, data.schema().json(), settings);
      return Optional.empty();
    } catch (Exception e) { // Spark's own are checked, and Scala does not declare them
      return Optional.of(e);
    } finally {
      inputSeconds = secondsSince(begin);
    }
  }

  private Optional<Exception> step(StageSettings.Place place, boolean fitsBehind) {
    long begin = System.nanoTime();
    try {
      PipelineStage stage = place.stage();
      String key = Sha256.of(position, StageIdentity.of(stage, setup.code(), setup.store()));
      StageState state = StageState.APPLIED;
      Kept kept = Kept.NONE;
      if (stage instanceof Estimator<?> estimator) {
        Optional<Kept> earlier = find(key);
        state = earlier.isPresent() ? StageState.REUSED : StageState.FITTED;
        kept = earlier.orElseGet(() -> fit(key, estimator));
        setParent(kept.model(), estimator);
        fitted.add(kept.model());
      } else {
        fitted.add((Transformer) stage);
      }
      position = Sha256.of(key, kept.content());
      if (fitsBehind) {
        rows = fitted.get(fitted.size() - 1).transform(rows);
      }
      record(place, state, secondsSince(begin), kept, "");
      return Optional.empty();
    } catch (Exception e) {
      record(place, StageState.FAILED, secondsSince(begin), Kept.NONE, e.toString());
      return Optional.of(e);
    }
  }

  /**
   * A model and where it is kept.
   *
   * @param entry empty if the model cannot be saved
   */
  private record Kept(Transformer model, String key, Optional<Entry> entry) {
    static final Kept NONE = new Kept(null, "", Optional.empty());

    /** What was fitted; of a model that cannot be saved it is not known to be the same again. */
    String content() {
      return entry
          .map(Entry::content)
          .orElseGet(() -> key.isEmpty() ? "" : UUID.randomUUID().toString());
    }
  }

  private Optional<Kept> find(String key) {
    Optional<Entry> entry = setup.store().find(EntryKind.MODEL, key);
    return entry.flatMap(this::load).map(model -> new Kept(model, key, entry));
  }

  private Kept fit(String key, Estimator<?> estimator) {
    keepRows();
    Transformer model = (Transformer) estimator.fit(rows);
    return new Kept(model, key, keep(key, model));
  }

  private Optional<Transformer> load(Entry entry) {
    String path = setup.store().saved(entry);
    try {
      return Optional.of(
          StageMetadata.loadAny(path, data.sparkSession().sparkContext(), Transformer.class));
    } catch (Exception e) {
      LOG.warn("the model in '{}' cannot be loaded, so it is fitted anew", path, e);
      return Optional.empty();
    }
  }

  private Optional<Entry> keep(String key, Transformer model) {
    if (!(model instanceof MLWritable writable)) {
      LOG.warn(
          "{} is not MLWritable, so it is fitted in each run, and so is all behind it",
          model.getClass().getName());
      return Optional.empty();
    }
    return Optional.of(
        setup.store().commit(EntryKind.MODEL, key, id, path -> writable.write().save(path)));
  }

  /** Goes on with the rows of this place as an earlier run has kept them, or keeps them. */
  private void keepRows() {
    if (setup.keptRows() == KeptRows.NONE || fitted.isEmpty()) {
      return;
    }
    Dataset<Row> computed = rows;
    Entry entry =
        setup
            .store()
            .find(EntryKind.ROWS, position)
            .orElseGet(
                () ->
                    setup
                        .store()
                        .commit(
                            EntryKind.ROWS, position, id, path -> computed.write().parquet(path)));
    rows = data.sparkSession().read().parquet(setup.store().saved(entry));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the model is the estimator's own, by its key
  private static void setParent(Transformer model, Estimator<?> estimator) {
    if (model instanceof Model fitted && !fitted.hasParent()) {
      fitted.setParent(estimator);
    }
  }

  private void record(
      StageSettings.Place place, StageState state, double seconds, Kept kept, String message) {
    records.add(
        new StageRecord(
            place.pipelines(),
            place.stage().uid(),
            place.stage().getClass().getSimpleName(),
            state,
            seconds,
            kept.key(),
            kept.entry().map(Entry::name).orElse(""),
            kept.entry().map(Entry::run).orElse(""),
            message));
  }

  private RunRecord record(Optional<Exception> failure) {
    return new RunRecord(
        RunRecord.FORMAT,
        id,
        setup.rerunOf(),
        started.toString(),
        secondsSince(beginNs),
        setup.code(),
        print,
        inputSeconds,
        records,
        failure.map(Throwable::toString).orElse(""));
  }

  private static double secondsSince(long beginNs) {
    return (System.nanoTime() - beginNs) / 1e9;
  }
}
