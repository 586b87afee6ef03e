// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLWritable;
import org.sparkstrom.ml.stage.BeyondParams;
import org.sparkstrom.ml.stage.InnerStages;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * What makes a stage fit the same model of the same rows again: its class, the code, and what it is
 * set to. The random uid of a stage does not count, as a program that runs again has others.
 */
final class StageIdentity {

  private StageIdentity() {}

  /**
   * Refuses a stage that cannot be told from others, or that has one inside it.
   *
   * @throws IllegalArgumentException names the stage and what is in the way
   */
  static void require(PipelineStage stage) {
    for (Params inner : InnerStages.all(stage)) {
      if (inner instanceof BeyondParams other && other.beyondParams().isPresent()) {
        throw new IllegalArgumentException(
            "the stages of a cached run must be told by their Params, but %s was given %s; leave that out, or fit without the cache"
                .formatted(inner.uid(), other.beyondParams().get()));
      }
    }
    if (!(stage instanceof MLWritable)) {
      throw new IllegalArgumentException(
          "the stages of a cached run must be MLWritable, so that they can be told apart, but %s of %s is not; fit without the cache"
              .formatted(stage.uid(), stage.getClass().getName()));
    }
  }

  /**
   * The hash of a stage that has not been fitted. Params tell all of a stage that saves nothing
   * else; others, such as CrossValidator with an estimator inside or a fitted model, are told by
   * what saving them writes. The code of what is inside a stage counts too.
   */
  static String of(PipelineStage stage, CodeVersion code, EntryStore store) {
    require(stage);
    Sha256 hash = new Sha256();
    InnerStages.all(stage).forEach(inner -> hash.add(code.hash(inner.getClass())));
    if (stage instanceof DefaultParamsWritable) {
      StageSettings.encoded(stage).forEach((name, value) -> hash.add(name).add(value));
    } else {
      hash.add(store.contentOf((MLWritable) stage));
    }
    return hash.hex();
  }
}
