// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.List;
import java.util.Optional;

/**
 * A member's part in the changes of its view: instructions in, answers out.
 *
 * <p>Used by the thread that exchanges updates, from its wait loop; nothing here blocks.
 */
public interface ViewChanges {

  /** The frontier of a member that still has no snapshot. */
  long NO_STATE = -1;

  /** The changes of a view that never changes. */
  ViewChanges NONE =
      new ViewChanges() {
        @Override
        public Optional<ViewChange> admission() {
          return Optional.empty();
        }

        @Override
        public Optional<ViewInstruction> poll() {
          return Optional.empty();
        }

        @Override
        public void suspended(int number, long frontier) {}

        @Override
        public void ready(int number) {}

        @Override
        public Verdict stalled(View view, long round, List<Integer> missing) {
          return Verdict.GIVE_UP;
        }
      };

  /** The change by which this worker came into a running fit; empty if it is in since view 1. */
  Optional<ViewChange> admission();

  /** The next instruction, if there is one. Cheap enough for a wait loop. */
  Optional<ViewInstruction> poll();

  /**
   * Answers {@link ViewInstruction.Suspend}.
   *
   * @param number of the view that is being made
   * @param frontier last round of which all payloads are here, or {@link #NO_STATE}
   */
  void suspended(int number, long frontier);

  /** Answers {@link ViewInstruction.Prepare}, once no payload of the last round is missing. */
  void ready(int number);

  /**
   * Tells that a round takes too long.
   *
   * @param view the view in force
   * @param round the round that is awaited
   * @param missing ranks whose payloads are awaited
   * @return whether the coordinator may do something about it
   */
  Verdict stalled(View view, long round, List<Integer> missing);

  /** Whether to wait on after a timeout. */
  enum Verdict {
    /** The fit cannot do without the missing: the round fails. */
    GIVE_UP,
    /** The coordinator may change the view. */
    WAIT
  }
}
