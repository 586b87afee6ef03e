// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

/**
 * Tells which frames of a sender are meant for us, where it seals a frame of its own for each peer.
 *
 * <p>All of a sender's frames are sealed with one key. Without this check one that was recorded on
 * its way to another worker could take the place of ours.
 */
@FunctionalInterface
public interface FrameAddress {

  /** Every frame is meant for every worker, as in a mesh. */
  FrameAddress ALL = (sender, round) -> true;

  /**
   * True if the sender's frame with this number is for us. Asked before anything is decrypted.
   *
   * @param sender rank of a known sender
   * @param round the frame's number, within what the reader awaits
   */
  boolean isOurs(int sender, long round);
}
