// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.List;

/**
 * Who takes part in a fit at one moment, and what has happened until then.
 *
 * @param members those of the view in force who were not lost, by rank; before the first view,
 *     those who have come so far
 * @param waiting those who have come to the running fit and are to take part from the next view on,
 *     by rank
 * @param progress the latest report of each of both who has sent one, by rank
 * @param events who was lost and who came to the running fit since the coordinator was opened, as
 *     it happened
 */
public record MembershipState(
    List<Member> members,
    List<Member> waiting,
    List<MemberProgress> progress,
    List<MembershipEvent> events) {

  public MembershipState {
    members = List.copyOf(members);
    waiting = List.copyOf(waiting);
    progress = List.copyOf(progress);
    events = List.copyOf(events);
  }
}
