// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.List;
import java.util.Objects;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.Transport;

/**
 * One worker's place among its peers and its means to talk to them.
 *
 * @param view who takes part
 * @param rank this worker's rank in the view
 * @param keys the keys of the view's session
 * @param transport carries frames; stays with its owner, who closes it
 * @param liveness asked while waiting
 */
public record Peering(
    View view, int rank, SessionKeys keys, Transport transport, Liveness liveness) {

  public Peering {
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(liveness, "liveness");
    if (rank < 0 || rank >= view.size()) {
      throw new IllegalArgumentException(
          "rank must be in [0, " + view.size() + "), the members of the view, but is " + rank);
    }
    if (keys.sessionId() != view.sessionId()) {
      throw new IllegalArgumentException(
          "keys and view must be of one session, but are of "
              + keys.sessionId()
              + " and "
              + view.sessionId());
    }
  }

  /** This worker. */
  Member self() {
    return view.member(rank);
  }

  /** The other workers, in rank order. */
  List<Member> peers() {
    return view.members().stream().filter(member -> member.rank() != rank).toList();
  }
}
