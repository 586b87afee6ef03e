// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.List;

/**
 * A numbered membership: who takes part in the rounds, in rank order.
 *
 * <p>The coordinator alone makes views and numbers them upwards from 1. Frames name their view, so
 * that those of an older one can be refused.
 *
 * @param sessionId the fit that this view belongs to
 * @param number 1 for the first view of the session
 * @param members all members; {@code members.get(i).rank() == i}
 */
public record View(long sessionId, int number, List<Member> members) {

  public View {
    members = List.copyOf(members);
    if (number < 1) {
      throw new IllegalArgumentException("view number must be >= 1, but is " + number);
    }
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).rank() != i) {
        throw new IllegalArgumentException(
            "members must be in rank order, but place " + i + " holds " + members.get(i));
      }
    }
  }

  /** Number of workers in this view. */
  public int size() {
    return members.size();
  }

  /** The member of that rank. */
  public Member member(int rank) {
    return members.get(rank);
  }

  /** Rows of the worker that holds the most; decides how many rounds an epoch has. */
  public long maxRowCount() {
    return members.stream().mapToLong(Member::rowCount).max().orElse(0);
  }
}
