// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

/** What became of a received frame. All but {@link #ACCEPTED} are dropped and counted. */
public enum FrameVerdict {
  /** Authentic, and for this round or one that the sender can have reached. */
  ACCEPTED,

  /** Shorter than a header and an authentication tag. */
  TOO_SHORT,

  /** Does not start with our magic number. */
  NOT_A_FRAME,

  /** Another version of the format. */
  OTHER_VERSION,

  /** Another fit. */
  OTHER_SESSION,

  /** Another membership view, for instance of a worker that has been replaced. */
  OTHER_VIEW,

  /** The sender is no peer of the view. */
  UNKNOWN_SENDER,

  /** Another network configuration, quantizer or number of blocks. */
  OTHER_MODEL,

  /** A round that is over, or one that this sender has already sent. */
  STALE_ROUND,

  /** Further ahead than the sender can be. */
  FUTURE_ROUND,

  /** The sender has this for another worker, or has nothing for anybody under this number. */
  OTHER_RECEIVER,

  /** The payload's length differs from what the header says, or exceeds what a payload can have. */
  WRONG_LENGTH,

  /** The bytes are not what the sender sealed. */
  NOT_AUTHENTIC
}
