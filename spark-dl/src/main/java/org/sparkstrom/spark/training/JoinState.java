// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkstrom.sharing.round.ReplicaState;
import org.sparkstrom.spark.checkpoint.CheckpointPart;

/**
 * Saves a replica for workers that join the running fit, and restores one that has joined.
 *
 * <p>It exists apart from the replica because the exchange needs it before there is a replica,
 * which needs the exchange. A donor in the middle of a round has parameters of the round before and
 * an updater that has taken in its gradient of this one. The place that is saved is the updater's,
 * so that a joiner adds nothing to rounds that its updater knows ({@link Replica#hasUpdaterAhead}),
 * and then is what its donor is.
 *
 * <p>Used by the worker's thread alone, inside calls of the exchange.
 */
final class JoinState implements ReplicaState {
  private static final String STATE = "state";

  private final TrainingPlace start;
  private final KeptStates kept;
  private Replica replica; // null until the exchange is open

  /**
   * A state that {@link #follow} gives its replica.
   *
   * @param start where the fit began
   * @param kept what goes with the replica
   */
  JoinState(TrainingPlace start, KeptStates kept) {
    this.start = start;
    this.kept = kept;
  }

  /** Saves and restores this replica from now on. */
  void follow(Replica followed) {
    replica = followed;
  }

  @Override
  public ByteBuffer save() {
    long steps = replica.updaterIteration() - (long) start.iteration();
    Map<String, ByteBuffer> sections = new LinkedHashMap<>();
    sections.put(STATE, replica.state(start.at(start.round() + steps)).toBytes());
    kept.putInto(sections);
    return CheckpointPart.of(sections).toBytes();
  }

  @Override
  public void restore(ByteBuffer bytes) {
    CheckpointPart part = CheckpointPart.of(bytes);
    TrainingState saved = TrainingState.of(part.section(STATE));
    TrainingPlace place = saved.place();
    if (place.roundsPerEpoch() != start.roundsPerEpoch() || place.seed() != start.seed()) {
      throw new IllegalArgumentException(
          "the state to join with must be of this fit, which began at %s, but is of %s"
              .formatted(start, place));
    }
    replica.restore(saved);
    kept.takeFrom(part);
  }
}
