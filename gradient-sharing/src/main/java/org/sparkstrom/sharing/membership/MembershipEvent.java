// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.Objects;

/**
 * A worker that a fit has lost, or one that has come to a fit that was running.
 *
 * @param kind which of both
 * @param member the worker
 * @param round the last round that it has reported, or that its snapshot contains; 0 for none
 * @param members how many workers go on
 * @param cause what happened, in words; empty for one that has joined
 */
public record MembershipEvent(Kind kind, Member member, long round, int members, String cause) {

  /** What a membership event tells. */
  public enum Kind {
    /** The worker is out. Its rank is free for another attempt. */
    LOST,
    /** The worker is in the view. */
    JOINED
  }

  public MembershipEvent {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(member, "member");
    Objects.requireNonNull(cause, "cause");
  }

  @Override
  public String toString() {
    return switch (kind) {
      case LOST -> "lost %s after round %d; %d go on: %s".formatted(member, round, members, cause);
      case JOINED -> "%s has joined after round %d; %d go on".formatted(member, round, members);
    };
  }
}
