// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/**
 * Turns each worker's update into the one that all replicas apply.
 *
 * <p>Not thread-safe: the training thread calls it once a step.
 */
public interface UpdateExchange extends AutoCloseable {

  /**
   * Replaces the update of this worker by the aggregate over all workers, which has the same bits
   * on each. Blocks until the peers' frames of the round are here.
   *
   * @param update float32 [parameterCount]
   * @throws RoundFailedException if peers do not answer in time or send what cannot be read
   * @throws org.sparkstrom.sharing.codec.NonFiniteUpdateException if training has diverged
   * @throws org.sparkstrom.sharing.membership.SharingAbortedException if the fit has ended
   */
  void exchange(float[] update);

  /** What has been done so far. */
  ExchangeCounters counters();

  /** Ends the exchange; the transport stays open for its owner to close. Idempotent. */
  @Override
  void close();
}
