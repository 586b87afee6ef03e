// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one decision for all workers out of what each of them has to say: the driver's part in a
 * ballot.
 *
 * <p>It exists because workers may come and go at any time: a decision that one place has made is
 * the same for all, whoever was counted. What votes and verdicts mean is the caller's affair.
 */
@FunctionalInterface
public interface Arbiter {

  /** Decides nothing, for fits whose workers never vote. */
  Arbiter NONE = (ballot, votes) -> Optional.empty();

  /**
   * Called once for each ballot, when every member of the view has voted, by a thread of the
   * coordinator: it must not block. An exception ends the fit; a {@link SharingAbortedException}
   * with its message as the reason.
   *
   * @param ballot name of the ballot
   * @param votes what each rank has said, in rising order; may hold votes of ranks that were lost
   *     since
   * @return what all voters are told; empty if nobody waits for it
   */
  Optional<ByteBuffer> decide(String ballot, Map<Integer, ByteBuffer> votes);
}
