// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.ResumePolicy;

/** The Params of {@link FitCareParams} that say where a fit saves its state. */
final class CheckpointParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final CheckpointConfig DEFAULTS = CheckpointConfig.in("anywhere");

  final Param<String> checkpointDir;
  final IntParam checkpointEpochs;
  final LongParam checkpointRounds;
  final IntParam checkpointsKept;
  final Param<String> resume;

  /** The Params of this stage; sets the stage's defaults. */
  CheckpointParamSet(Params stage) {
    checkpointDir =
        Defaulted.text(
            stage,
            "checkpointDir",
            "folder of checkpoints on any Hadoop file system, for one fit at a time; empty for no "
                + "checkpoints",
            "");
    checkpointEpochs =
        Defaulted.integer(
            stage,
            "checkpointEpochs",
            "epochs from one checkpoint to the next; 0 for none at ends of epochs",
            DEFAULTS.everyEpochs(),
            0);
    checkpointRounds =
        new LongParam(
            stage,
            "checkpointRounds",
            "rounds from one checkpoint to the next, counted in each epoch; 0 for none within epochs",
            ParamChecks.atLeast("checkpointRounds", 0));
    stage.setDefault(checkpointRounds, DEFAULTS.everyRounds());
    checkpointsKept =
        Defaulted.integer(
            stage,
            "checkpointsKept",
            "newest checkpoints that are kept, beside the one with the best validation score",
            DEFAULTS.keep(),
            1);
    resume =
        Defaulted.choice(
            stage,
            "resume",
            "what a fit does with checkpoints that are there: latest (it goes on from the newest), "
                + "latest_readable (from the newest that can be read), never (they are an error)",
            DEFAULTS.resume());
  }

  /** Where and how often a fit of this stage writes checkpoints. */
  CheckpointConfig of(FitCareParams stage) {
    if (stage.getCheckpointDir().isEmpty()) {
      return CheckpointConfig.NONE;
    }
    return new CheckpointConfig(
        stage.getCheckpointDir(),
        stage.getCheckpointEpochs(),
        stage.getCheckpointRounds(),
        stage.getCheckpointsKept(),
        ParamChecks.choose("resume", ResumePolicy.class, stage.getResume()));
  }
}
