// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.nio.ByteBuffer;
import java.util.List;

/** What a worker and the coordinator say to each other; docs/WIRE_FORMAT.md has the bytes. */
sealed interface ControlMessage {

  /**
   * Coordinator to worker, first: it holds the secret, and this is its patience.
   *
   * @param minWorkers members that a view must have for the fit to go on
   */
  record Welcome(long livenessTimeoutMs, int minWorkers) implements ControlMessage {}

  /** Worker to coordinator, first: it holds the secret too. */
  record Hello() implements ControlMessage {}

  /** Either way: still alive. The coordinator answers each one. */
  record Heartbeat() implements ControlMessage {}

  /** Worker to coordinator: take me in. */
  record Join(Member member) implements ControlMessage {}

  /** Coordinator to worker: all are in. */
  record Joined(View view) implements ControlMessage {}

  /**
   * Coordinator to worker: you are not taken in.
   *
   * @param rankTaken true if another attempt of the rank is alive, which may end
   */
  record Refused(boolean rankTaken, String reason) implements ControlMessage {}

  /** Worker to coordinator: how far I am. Counts as a sign of life. */
  record Progress(MemberProgress progress) implements ControlMessage {}

  /** Worker to coordinator: I cannot go on. */
  record Fail(String reason) implements ControlMessage {}

  /** Worker to coordinator: nobody can go on, as when training has diverged. */
  record EndFit(String reason) implements ControlMessage {}

  /** Worker to coordinator: I am done, with these parameters. */
  record Complete(String parametersSha256) implements ControlMessage {}

  /**
   * Coordinator to worker: all are done.
   *
   * @param members the ranks of those who are, rising
   */
  record AllComplete(List<Integer> members) implements ControlMessage {}

  /** Coordinator to worker: the fit has ended badly. */
  record Abort(String reason) implements ControlMessage {}

  /** Coordinator to member: stop, view {@code number} is being made. */
  record Suspend(int number) implements ControlMessage {}

  /**
   * Member to coordinator: I have stopped for that view.
   *
   * @param frontier the last round of which I have all payloads; -1 without a snapshot so far
   */
  record Suspended(int number, long frontier) implements ControlMessage {}

  /** Coordinator to member: get ready for this view. */
  record Prepare(ViewChange change) implements ControlMessage {}

  /** Member to coordinator: I have all payloads that belong to the view before this one. */
  record Ready(int number) implements ControlMessage {}

  /** Coordinator to member: the view that you are prepared for is in force. */
  record Install(int number) implements ControlMessage {}

  /**
   * Member to coordinator: I have waited too long.
   *
   * @param view the view in force
   * @param round the round that I wait for
   * @param missing the ranks that I wait for
   */
  record Stalled(int view, long round, List<Integer> missing) implements ControlMessage {}

  /**
   * Member to coordinator: my part of a decision.
   *
   * @param ballot name of what is decided
   * @param awaited whether I wait for the verdict
   * @param content for the driver's arbiter
   */
  record Vote(String ballot, boolean awaited, ByteBuffer content) implements ControlMessage {}

  /** Coordinator to member: what was decided. */
  record Verdict(String ballot, ByteBuffer content) implements ControlMessage {}

  /** Worker to coordinator, last: I close the connection on purpose. */
  record Goodbye() implements ControlMessage {}
}
