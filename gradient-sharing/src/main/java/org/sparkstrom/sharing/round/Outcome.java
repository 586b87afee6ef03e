// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/** What an exchange leaves in the array that it was given. */
public enum Outcome {
  /** The update to subtract from the parameters. */
  UPDATE,

  /** The parameters themselves, which the exchange keeps: the replica takes them as they are. */
  PARAMETERS
}
