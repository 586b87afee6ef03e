// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.time.Duration;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.training.TrainingConfig;

/**
 * The Params of {@link NetworkParams}, made for one stage with their docs, validators and defaults.
 *
 * <p>They live here and in the sets that it holds, not in the stages, so that an estimator and its
 * model cannot differ. The stage must know its uid before it makes them. Subclasses add those of
 * some stages alone.
 */
class NetworkParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> configuration;
  final Param<String> handleInvalid;
  final IntParam predictionBatchSize;
  final TrainingParamSet training;
  final SharingParamSet sharing;
  final RowParamSet rows;
  final FitCareParamSet care;

  /**
   * The Params of this stage; sets the stage's defaults.
   *
   * @param configuration the one for the network, which stages describe and check differently
   * @param figures those that validation may measure
   */
  NetworkParamSet(Params stage, Param<String> configuration, ValidationFigures figures) {
    this.configuration = configuration;
    handleInvalid =
        Defaulted.choice(
            stage,
            "handleInvalid",
            "what becomes of a row with null or non-finite features: error (the job fails), skip "
                + "(the row is left out), keep (such a value counts as 0)",
            HandleInvalid.ERROR);
    predictionBatchSize =
        Defaulted.integer(
            stage,
            "predictionBatchSize",
            "rows that go through the network at once in prediction",
            256,
            1);
    training = new TrainingParamSet(stage);
    sharing = new SharingParamSet(stage);
    rows = new RowParamSet(stage);
    care = new FitCareParamSet(stage, figures);
  }

  /**
   * How a fit with this stage's Params runs.
   *
   * @throws IllegalArgumentException if Params contradict each other
   */
  TrainingConfig trainingConfig(NetworkParams stage) {
    return TrainingConfig.builder()
        .workers(stage.getWorkers())
        .minWorkers(stage.getMinWorkers())
        .batchSize(stage.getBatchSize())
        .epochs(stage.getMaxIter())
        .seed(stage.getSeed())
        .quantizer(ParamChecks.choose("quantizer", Quantizer.class, stage.getQuantizer()))
        .aggregation(ParamChecks.choose("aggregation", Aggregation.class, stage.getAggregation()))
        .thresholdPolicy(sharing.thresholdPolicy(stage))
        .synchrony(ParamChecks.choose("synchrony", Synchrony.class, stage.getSynchrony()))
        .localSteps(stage.getLocalSteps())
        .classWeights(rows.classWeights(stage))
        .care(care.of(stage, stage.getValidationFraction()))
        .handleInvalid(HandleInvalid.of(stage.getHandleInvalid()))
        .rendezvousTimeout(Duration.ofSeconds(stage.getRendezvousTimeoutSeconds()))
        .roundTimeout(Duration.ofSeconds(stage.getRoundTimeoutSeconds()))
        .storeMemoryBytes(stage.getStoreMemoryBytes())
        .build();
  }
}
