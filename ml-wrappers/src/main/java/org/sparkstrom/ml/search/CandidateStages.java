// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * The stages of the estimator that is searched over, nested pipelines taken apart, and which of
 * them is tuned: it and those behind it are fitted for each trial, those before it are shared.
 */
final class CandidateStages {
  private final Estimator<?> estimator;
  private final List<PipelineStage> stages;
  private final int tuned;

  /**
   * The stages of an estimator. Tuned is the one that has the resource, or the last estimator if
   * there is none.
   *
   * @throws IllegalArgumentException if there is nothing to fit, or not one stage that has the
   *     resource as an IntParam
   */
  CandidateStages(Estimator<?> estimator, Optional<Resource> resource) {
    this.estimator = estimator;
    this.stages = StageSettings.flat(estimator);
    this.tuned = resource.map(r -> owner(r.param())).orElseGet(this::lastEstimator);
  }

  /** The tuned stage. */
  PipelineStage tuned() {
    return stages.get(tuned);
  }

  /**
   * Refuses what no stage has, and a candidate that sets the resource itself.
   *
   * @throws IllegalArgumentException names the candidate and the Param
   */
  void check(ParamMap[] candidates, Optional<Resource> resource) {
    for (int i = 0; i < candidates.length; i++) {
      for (ParamPair<?> pair : ParamValues.pairs(candidates[i])) {
        Param<?> param = pair.param();
        String name = param.parent() + "." + param.name();
        boolean known =
            (estimator.uid().equals(param.parent()) && !isPipeline())
                || stages.stream().anyMatch(s -> s.uid().equals(param.parent()));
        if (!known) {
          throw new IllegalArgumentException(
              "candidate %d sets %s, but the estimator's stages are %s; take the Params of these stages"
                  .formatted(i, name, stages.stream().map(PipelineStage::uid).toList()));
        }
        boolean isResource =
            resource.filter(r -> r.param().equals(param.name())).isPresent()
                && tuned().uid().equals(param.parent());
        if (isResource) {
          throw new IllegalArgumentException(
              "candidate %d sets %s, but that is the resource, which the strategy sets; leave it out, or search exhaustively"
                  .formatted(i, name));
        }
      }
    }
  }

  /** The stages with a candidate's values before the tuned one. */
  List<PipelineStage> before(ParamMap candidate) {
    return StageSettings.flat(estimator.copy(candidate)).subList(0, tuned);
  }

  /** The tuned stage and those behind it, with a candidate's values. */
  List<PipelineStage> from(ParamMap candidate) {
    return StageSettings.flat(estimator.copy(candidate)).subList(tuned, stages.size());
  }

  /** Whether the estimator is a pipeline, so that its model must be one. */
  boolean isPipeline() {
    return estimator instanceof Pipeline;
  }

  private int owner(String param) {
    List<Integer> owners = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      PipelineStage stage = stages.get(i);
      if (stage.hasParam(param) && stage.getParam(param) instanceof IntParam) {
        owners.add(i);
      }
    }
    if (owners.size() != 1) {
      throw new IllegalArgumentException(
          "one stage must have the resource '%s' as an IntParam, but of %s %d have; set resourceParam, or search exhaustively"
              .formatted(param, stages.stream().map(PipelineStage::uid).toList(), owners.size()));
    }
    return owners.get(0);
  }

  private int lastEstimator() {
    for (int i = stages.size() - 1; i >= 0; i--) {
      if (stages.get(i) instanceof Estimator) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        estimator.uid() + " must have a stage to fit, but has transformers alone");
  }
}
