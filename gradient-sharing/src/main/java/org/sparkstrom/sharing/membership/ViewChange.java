// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.List;
import java.util.Objects;

/**
 * How the members of one view become those of the next.
 *
 * <p>Rounds up to {@code lastRound} belong to the members that had them in flight, the lost ones
 * included; all later rounds belong to the members of the new view. So all survivors count the same
 * updates.
 *
 * @param view the next view
 * @param lastRound the last round of the views before it
 * @param helper rank of a survivor that has all payloads of that round, and of those before it that
 *     a survivor may lack
 * @param behind ranks of the survivors that lack some of them
 * @param donor rank of the survivor that gives the joiners their snapshot
 * @param joiners ranks of those members that have no state yet
 */
public record ViewChange(
    View view, long lastRound, int helper, List<Integer> behind, int donor, List<Integer> joiners) {

  public ViewChange {
    Objects.requireNonNull(view, "view");
    behind = List.copyOf(behind);
    joiners = List.copyOf(joiners);
    if (lastRound < 0) {
      throw new IllegalArgumentException("lastRound must be >= 0, but is " + lastRound);
    }
    requireMembers(view, List.of(helper, donor));
    requireMembers(view, behind);
    requireMembers(view, joiners);
    if (behind.contains(helper) || joiners.contains(helper) || joiners.contains(donor)) {
      throw new IllegalArgumentException(
          "helper and donor must have the state that they pass on, but helper "
              + helper
              + " or donor "
              + donor
              + " is among behind "
              + behind
              + " or joiners "
              + joiners);
    }
  }

  /** The change into a view that nobody was in before. */
  public static ViewChange first(View view) {
    int lowest = view.ranks().get(0);
    return new ViewChange(view, 0, lowest, List.of(), lowest, List.of());
  }

  private static void requireMembers(View view, List<Integer> ranks) {
    for (int rank : ranks) {
      if (view.find(rank).isEmpty()) {
        throw new IllegalArgumentException(
            "view " + view.number() + " has members " + view.ranks() + ", but no rank " + rank);
      }
    }
  }
}
