// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.datavec.column.ParamRules;

/** The Params of {@link SearchParams}. */
final class SearchParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The value of onFailure that lets a search go on. */
  static final String SKIP = "skip";

  final Param<String> strategy;
  final IntParam parallelism;
  final DoubleParam trainRatio;
  final Param<String> resourceParam;
  final IntParam minResource;
  final IntParam maxResource;
  final IntParam reductionFactor;
  final Param<String> checkpointDir;
  final LongParam deadlineSeconds;
  final Param<String> onFailure;
  final BooleanParam refit;
  final LongParam seed;

  /** The Params of this stage; sets the stage's defaults. */
  SearchParamSet(Params stage) {
    strategy =
        choice(
            stage,
            "strategy",
            "which candidate is trained next, and how far: exhaustive (each all the way),"
                + " successive_halving, hyperband or asha",
            ParamRules.words(StrategyKind.values(), StrategyKind::word));
    parallelism = integer(stage, "parallelism", "trials at once", 1, 1);
    trainRatio = ratio(stage);
    resourceParam =
        text(
            stage,
            "resourceParam",
            "Param of one stage that strategies which halve give more and more of",
            "maxIter");
    minResource =
        integer(stage, "minResource", "value of resourceParam that no rung is below", 1, 1);
    maxResource =
        integer(
            stage,
            "maxResource",
            "value of resourceParam on the last rung; 0 for the stage's own value",
            0,
            0);
    reductionFactor =
        integer(
            stage,
            "reductionFactor",
            "eta: one of so many goes on, with so many times the resource",
            3,
            2);
    checkpointDir =
        text(
            stage,
            "checkpointDir",
            "folder on a Hadoop file system in which trials keep checkpoints during the search, to"
                + " go on from; empty to begin anew on each rung",
            "");
    deadlineSeconds = deadline(stage);
    onFailure =
        choice(
            stage,
            "onFailure",
            "what a trial that fails does: error (it ends the search) or skip (it is noted)",
            List.of("error", SKIP));
    refit =
        new BooleanParam(
            stage, "refit", "whether the best candidate is fitted on all rows at the end");
    seed = new LongParam(stage, "seed", "of the choice of validation rows");
    stage.setDefault(refit, true);
    stage.setDefault(seed, 1L);
  }

  private static DoubleParam ratio(Params stage) {
    DoubleParam param =
        new DoubleParam(
            stage,
            "trainRatio",
            "share of the rows that is fitted on; the others are the validation rows",
            ParamRules.between("trainRatio", 0.01, 0.99));
    stage.setDefault(param, 0.75);
    return param;
  }

  private static LongParam deadline(Params stage) {
    LongParam param =
        new LongParam(
            stage,
            "deadlineSeconds",
            "after which trials are cut off, and the best so far is taken; 0 for none",
            ParamRules.between("deadlineSeconds", 0, Integer.MAX_VALUE));
    stage.setDefault(param, 0L);
    return param;
  }

  private static IntParam integer(Params stage, String name, String doc, int standard, int least) {
    IntParam param =
        new IntParam(stage, name, doc, ParamRules.between(name, least, Integer.MAX_VALUE));
    stage.setDefault(param, standard);
    return param;
  }

  /** One of these words; the first is the default. */
  private static Param<String> choice(Params stage, String name, String doc, List<String> words) {
    Param<String> param = new Param<>(stage, name, doc, ParamRules.oneOf(name, words));
    stage.setDefault(param, words.get(0));
    return param;
  }

  private static Param<String> text(Params stage, String name, String doc, String standard) {
    Param<String> param = new Param<>(stage, name, doc);
    stage.setDefault(param, standard);
    return param;
  }
}
