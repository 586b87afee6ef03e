// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.membership.ViewChanges;
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
 * @param changes how the view changes; {@link ViewChanges#NONE} if every loss ends the fit
 */
public record Peering(
    View view,
    int rank,
    SessionKeys keys,
    Transport transport,
    Liveness liveness,
    ViewChanges changes) {
  private static final int MAX_SPINS = 20;
  private static final int MAX_YIELDS = 20;
  private static final long MIN_PARK_NS = 10_000;
  private static final long MAX_PARK_NS = 500_000;

  public Peering {
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(liveness, "liveness");
    Objects.requireNonNull(changes, "changes");
    if (view.find(rank).isEmpty()) {
      throw new IllegalArgumentException(
          "rank must be one of " + view.ranks() + ", the members of the view, but is " + rank);
    }
    if (keys.sessionId() != view.sessionId()) {
      throw new IllegalArgumentException(
          "keys and view must be of one session, but are of "
              + keys.sessionId()
              + " and "
              + view.sessionId());
    }
  }

  /** A place in a view that does not change. */
  public Peering(View view, int rank, SessionKeys keys, Transport transport, Liveness liveness) {
    this(view, rank, keys, transport, liveness, ViewChanges.NONE);
  }

  /** Whether payloads of completed rounds may still be asked for. */
  RoundInbox.Retention retention() {
    return changes == ViewChanges.NONE
        ? RoundInbox.Retention.UNTIL_COMPLETED
        : RoundInbox.Retention.UNTIL_NOBODY_LACKS_THEM;
  }

  /** This worker. */
  Member self() {
    return view.member(rank);
  }

  /** The other workers, in rank order. */
  List<Member> peers() {
    return view.members().stream().filter(member -> member.rank() != rank).toList();
  }

  /**
   * How a worker waits for frames: for a moment awake, then asleep for half a millisecond at most.
   */
  static IdleStrategy idleStrategy() {
    return new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
  }

  /** The key that a member seals its frames with. */
  SecretKey key(Member member) {
    return keys.frameKey(member.rank(), member.salt());
  }

  /** Where a member is reached. */
  static Transport.Peer address(Member member) {
    return new Transport.Peer(
        member.rank(), member.salt(), new Transport.Endpoint(member.host(), member.port()));
  }
}
