// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.io.Serializable;
import java.util.Objects;

/**
 * Where and how often a fit writes checkpoints, and whether it starts from one.
 *
 * @param directory any Hadoop path, such as {@code hdfs:///models/digits}; belongs to one fit at a
 *     time; empty for no checkpoints
 * @param everyEpochs epochs from one checkpoint to the next; 0 for none at ends of epochs
 * @param everyRounds rounds from one checkpoint to the next, counted in each epoch; 0 for none
 *     within epochs
 * @param keep newest checkpoints that are kept, beside the one with the best validation score
 * @param resume what happens to checkpoints that are there already
 */
public record CheckpointConfig(
    String directory, int everyEpochs, long everyRounds, int keep, ResumePolicy resume)
    implements Serializable {

  /** No checkpoints. */
  public static final CheckpointConfig NONE = new CheckpointConfig("", 0, 0, 1, ResumePolicy.NEVER);

  public CheckpointConfig {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(resume, "resume");
    boolean never = everyEpochs == 0 && everyRounds == 0;
    if (directory.isBlank() && !never) {
      throw new IllegalArgumentException("the directory of checkpoints must not be empty");
    }
    if (everyEpochs < 0 || everyRounds < 0 || (never && !directory.isEmpty())) {
      throw new IllegalArgumentException(
          "everyEpochs and everyRounds must be at least 0 and not both 0, but are %d and %d"
              .formatted(everyEpochs, everyRounds));
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, but is " + keep);
    }
  }

  /** Whether there are checkpoints at all. */
  public boolean isOn() {
    return !directory.isEmpty();
  }

  /** A checkpoint at the end of each epoch; keeps three, and resumes from the newest. */
  public static CheckpointConfig in(String directory) {
    return new CheckpointConfig(directory, 1, 0, 3, ResumePolicy.LATEST);
  }

  /** The same with other epochs from one checkpoint to the next. */
  public CheckpointConfig withEveryEpochs(int epochs) {
    return new CheckpointConfig(directory, epochs, everyRounds, keep, resume);
  }

  /** The same with other rounds from one checkpoint to the next. */
  public CheckpointConfig withEveryRounds(long rounds) {
    return new CheckpointConfig(directory, everyEpochs, rounds, keep, resume);
  }

  /** The same with another number of checkpoints that are kept. */
  public CheckpointConfig withKeep(int checkpoints) {
    return new CheckpointConfig(directory, everyEpochs, everyRounds, checkpoints, resume);
  }

  /** The same with another policy. */
  public CheckpointConfig withResume(ResumePolicy policy) {
    return new CheckpointConfig(directory, everyEpochs, everyRounds, keep, policy);
  }

  /** Whether a checkpoint is due after so many rounds of so many. */
  public boolean isDueInEpoch(long roundsDone, long roundsPerEpoch) {
    return everyRounds > 0 && roundsDone < roundsPerEpoch && roundsDone % everyRounds == 0;
  }

  /** Whether a checkpoint is due after so many epochs. */
  public boolean isDueAfterEpoch(int epochsDone) {
    return everyEpochs > 0 && epochsDone % everyEpochs == 0;
  }
}
