// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/**
 * Tells a worker that is waiting for peers whether waiting still makes sense.
 *
 * <p>Called from wait loops, so it must be cheap: it reads a flag that another thread sets.
 */
@FunctionalInterface
public interface Liveness {

  /** A liveness without a coordinator, for replicas that live and die in one process. */
  Liveness ALWAYS = () -> {};

  /**
   * Returns if the fit goes on.
   *
   * @throws SharingAbortedException if the coordinator has ended the fit or cannot be reached
   */
  void check();
}
