// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;

/**
 * Trains candidates as far as a rung says, and evaluates them. A trial whose stage writes
 * checkpoints goes on from its own instead of beginning anew. Thread-safe for different trials.
 */
final class Trials {
  /** The Params of a stage that can go on from a checkpoint. */
  private static final String FOLDER = "checkpointDir";

  private static final String EVERY = "checkpointEpochs";
  private static final String RESUME = "resume";

  /**
   * A trained candidate.
   *
   * @param metric of the evaluator
   * @param model with all stages
   * @param resource it was trained with
   * @param spent of the resource now
   */
  record Outcome(double metric, Transformer model, int resource, int spent) {}

  private final CandidateStages stages;
  private final ParamMap[] candidates;
  private final Evaluator evaluator;
  private final Optional<Resource> resource;
  private final SharedPrefixes prefixes;
  private final String checkpoints;
  private final AtomicInteger fits = new AtomicInteger();
  private final Map<Integer, Integer> trained = new ConcurrentHashMap<>();

  /**
   * Trials of these candidates.
   *
   * @param checkpoints folder for the checkpoints of trials; empty for none
   */
  Trials(
      CandidateStages stages,
      ParamMap[] candidates,
      Evaluator evaluator,
      Optional<Resource> resource,
      SharedPrefixes prefixes,
      String checkpoints) {
    this.stages = stages;
    this.candidates = candidates;
    this.evaluator = evaluator;
    this.resource = resource;
    this.prefixes = prefixes;
    this.checkpoints = checkpoints;
  }

  /** Refuses a stage that cannot go on from checkpoints. */
  static void requireCheckpoints(PipelineStage stage) {
    for (String param : List.of(FOLDER, EVERY, RESUME)) {
      if (!stage.hasParam(param)) {
        throw new IllegalArgumentException(
            "checkpointDir is set, but %s has no Param '%s' to go on from a checkpoint; clear it, and trials begin anew on each rung"
                .formatted(stage.uid(), param));
      }
    }
  }

  Outcome train(Assignment assignment) throws InterruptedException {
    ParamMap candidate = candidates[assignment.trial()];
    SharedPrefixes.Prefix prefix = prefixes.after(stages.before(candidate));
    List<PipelineStage> rest = new ArrayList<>(stages.from(candidate));
    rest.set(0, rest.get(0).copy(extra(rest.get(0), assignment)));
    PipelineModel fitted =
        new Pipeline().setStages(rest.toArray(PipelineStage[]::new)).fit(prefix.train());
    fits.addAndGet((int) rest.stream().filter(Estimator.class::isInstance).count());
    double metric = evaluator.evaluate(fitted.transform(prefix.validation()));
    int value = value(rest.get(0));
    int before = checkpoints.isEmpty() ? 0 : trained.getOrDefault(assignment.trial(), 0);
    trained.put(assignment.trial(), value);
    return new Outcome(metric, whole(prefix, fitted), value, value - before);
  }

  /** Estimators that were fitted for one trial each. */
  int fits() {
    return fits.get();
  }

  private ParamMap extra(PipelineStage tuned, Assignment assignment) {
    ParamMap extra = new ParamMap();
    resource.ifPresent(r -> put(extra, tuned, r.param(), r.rungs().get(assignment.rung())));
    if (!checkpoints.isEmpty()) {
      put(extra, tuned, FOLDER, checkpoints + "/trial-" + assignment.trial());
      resource.ifPresent(r -> put(extra, tuned, EVERY, r.rungs().get(assignment.rung())));
      put(extra, tuned, RESUME, "latest");
    } else if (tuned.hasParam(FOLDER)) {
      put(extra, tuned, FOLDER, ""); // one of the stage's own is for one fit, as the refit is
    }
    return extra;
  }

  /** Sets a Param of a stage of whichever class by its name. */
  static void put(ParamMap map, Params stage, String name, Object value) {
    Param<Object> param = stage.getParam(name);
    map.put(param, value);
  }

  private int value(PipelineStage tuned) {
    return resource.map(r -> (int) tuned.getOrDefault(tuned.getParam(r.param()))).orElse(0);
  }

  private Transformer whole(SharedPrefixes.Prefix prefix, PipelineModel rest) {
    if (!stages.isPipeline()) {
      return rest.stages()[0];
    }
    List<PipelineStage> all = new ArrayList<>(prefix.fitted());
    all.addAll(List.of(rest.stages()));
    // Transformers alone: nothing is fitted, and no row is read
    return new Pipeline().setStages(all.toArray(PipelineStage[]::new)).fit(prefixes.rows());
  }
}
