// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.spark.data.StoreMemory;
import org.sparkstrom.spark.training.TrainingConfig;

/** The Params of {@link NetworkParams} that say how a fit runs. */
final class TrainingParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final TrainingConfig DEFAULTS = TrainingConfig.builder().build();

  final IntParam workers;
  final IntParam minWorkers;
  final IntParam batchSize;
  final IntParam maxIter;
  final LongParam seed;
  final IntParam rendezvousTimeoutSeconds;
  final IntParam roundTimeoutSeconds;
  final LongParam storeMemoryBytes;
  final Param<String> progress;

  /** The Params of this stage; sets the stage's defaults. */
  TrainingParamSet(Params stage) {
    workers =
        Defaulted.integer(
            stage,
            "workers",
            "number of workers, each in a task slot of its own; 0 for one per slot",
            DEFAULTS.workers(),
            0);
    minWorkers =
        Defaulted.integer(
            stage,
            "minWorkers",
            "workers without whom a fit ends; with as many or more it goes on when others are "
                + "lost; 0 for half of them, rounded up, and for all with the synchrony async",
            DEFAULTS.minWorkers(),
            0);
    batchSize =
        Defaulted.integer(stage, "batchSize", "rows per worker and round", DEFAULTS.batchSize(), 1);
    maxIter =
        Defaulted.integer(
            stage, "maxIter", "passes over the training data (epochs)", DEFAULTS.epochs(), 1);
    seed =
        new LongParam(
            stage,
            "seed",
            "decides the order of rows, and the first weights of a network made from layers");
    stage.setDefault(seed, DEFAULTS.seed());
    rendezvousTimeoutSeconds =
        Defaulted.integer(
            stage,
            "rendezvousTimeoutSeconds",
            "how long executors and workers may take to appear, in seconds",
            Math.toIntExact(DEFAULTS.rendezvousTimeout().toSeconds()),
            1);
    roundTimeoutSeconds =
        Defaulted.integer(
            stage,
            "roundTimeoutSeconds",
            "how long a worker waits for its peers in one round, in seconds",
            Math.toIntExact(DEFAULTS.roundTimeout().toSeconds()),
            1);
    storeMemoryBytes =
        new LongParam(
            stage,
            "storeMemoryBytes",
            "bytes of rows that a worker keeps in memory before it spills to disk; -1 to compute them",
            ParamChecks.atLeast("storeMemoryBytes", StoreMemory.COMPUTED));
    stage.setDefault(storeMemoryBytes, DEFAULTS.storeMemoryBytes());
    progress =
        Defaulted.choice(
            stage,
            "progress",
            "how a fit shows how far it is: auto (a bar where Python runs in a notebook, else nothing), none, or console (one line on standard error)",
            Progress.AUTO);
  }
}
