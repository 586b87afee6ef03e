// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/**
 * The worker's rank belongs to another attempt, which is alive.
 *
 * <p>It may be worth another try a moment later: the scheduler that has started this attempt may
 * know of the other one's end sooner than the coordinator does.
 */
public final class RankTakenException extends SharingAbortedException {
  private static final long serialVersionUID = 1L;

  RankTakenException(String message) {
    super(message);
  }
}
