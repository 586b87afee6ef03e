// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/** What a worker and the coordinator say to each other; docs/WIRE_FORMAT.md has the bytes. */
sealed interface ControlMessage {

  /** Coordinator to worker, first: it holds the secret, and this is its patience. */
  record Welcome(long livenessTimeoutMs) implements ControlMessage {}

  /** Worker to coordinator, first: it holds the secret too. */
  record Hello() implements ControlMessage {}

  /** Either way: still alive. The coordinator answers each one. */
  record Heartbeat() implements ControlMessage {}

  /** Worker to coordinator: take me in. */
  record Join(Member member) implements ControlMessage {}

  /** Coordinator to worker: all are in. */
  record Joined(View view) implements ControlMessage {}

  /** Coordinator to worker: you are not taken in. */
  record Refused(String reason) implements ControlMessage {}

  /** Worker to coordinator: how far I am. Counts as a sign of life. */
  record Progress(MemberProgress progress) implements ControlMessage {}

  /** Worker to coordinator: I cannot go on. */
  record Fail(String reason) implements ControlMessage {}

  /** Worker to coordinator: I am done, with these parameters. */
  record Complete(String parametersSha256) implements ControlMessage {}

  /** Coordinator to worker: all are done. */
  record AllComplete() implements ControlMessage {}

  /** Coordinator to worker: the fit has ended badly. */
  record Abort(String reason) implements ControlMessage {}

  /** Worker to coordinator, last: I close the connection on purpose. */
  record Goodbye() implements ControlMessage {}
}
