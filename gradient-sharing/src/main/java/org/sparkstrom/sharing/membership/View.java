// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.List;
import java.util.Optional;

/**
 * A numbered membership: who takes part in the rounds, in rank order.
 *
 * <p>The coordinator alone makes views and numbers them upwards from 1. Frames name their view, so
 * that those of an older one can be refused. A rank belongs to a partition of the training stage
 * and stays with it, so a view that has lost a worker has a gap in its ranks.
 *
 * @param sessionId the fit that this view belongs to
 * @param number 1 for the first view of the session
 * @param members all members, in rising order of rank
 */
public record View(long sessionId, int number, List<Member> members) {

  public View {
    members = List.copyOf(members);
    if (number < 1) {
      throw new IllegalArgumentException("view number must be >= 1, but is " + number);
    }
    for (int i = 1; i < members.size(); i++) {
      if (members.get(i - 1).rank() >= members.get(i).rank()) {
        throw new IllegalArgumentException(
            "members must be in rising order of rank, but "
                + members.get(i)
                + " follows "
                + members.get(i - 1));
      }
    }
  }

  /** Number of workers in this view. */
  public int size() {
    return members.size();
  }

  /** The member of that rank; empty if the view has none. */
  public Optional<Member> find(int rank) {
    return members.stream().filter(member -> member.rank() == rank).findFirst();
  }

  /**
   * The member of that rank.
   *
   * @throws IllegalArgumentException if the view has none
   */
  public Member member(int rank) {
    return find(rank)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "rank must be in view " + number + ", " + ranks() + ", but is " + rank));
  }

  /** The ranks of all members, rising. */
  public List<Integer> ranks() {
    return members.stream().map(Member::rank).toList();
  }

  /** Rows of the worker that holds the most; decides how many rounds an epoch has. */
  public long maxRowCount() {
    return members.stream().mapToLong(Member::rowCount).max().orElse(0);
  }
}
