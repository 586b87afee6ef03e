// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.List;

/**
 * Who takes part in a fit at one moment, and what has come to it until then.
 *
 * @param members those of the view in force who were not lost, by rank; before the first view,
 *     those who have come so far
 * @param waiting those who have come to the running fit and take part from the next view on, by
 *     rank
 * @param events who was lost and who came to the running fit, in that order, since the coordinator
 *     was opened
 */
public record MembershipState(
    List<Member> members, List<Member> waiting, List<MembershipEvent> events) {

  public MembershipState {
    members = List.copyOf(members);
    waiting = List.copyOf(waiting);
    events = List.copyOf(events);
  }
}
