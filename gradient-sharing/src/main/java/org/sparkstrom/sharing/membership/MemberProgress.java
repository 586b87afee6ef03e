// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/**
 * What one worker has done so far, reported to the coordinator for people to see.
 *
 * @param rank the reporting worker
 * @param round rounds completed
 * @param epoch epochs completed
 * @param loss mean loss of the epoch in progress on this worker; NaN before the first batch
 * @param rows rows trained on, counted once per use
 * @param bytesSent bytes of sealed frames handed to the transport, over all peers
 * @param denseBytes what the same rounds would have sent as float32 updates to the same peers
 * @param entriesSent entries of its updates that it has sent, counted once and not per peer
 */
public record MemberProgress(
    int rank,
    long round,
    int epoch,
    double loss,
    long rows,
    long bytesSent,
    long denseBytes,
    long entriesSent) {

  /** The same of another worker. */
  MemberProgress withRank(int other) {
    return new MemberProgress(other, round, epoch, loss, rows, bytesSent, denseBytes, entriesSent);
  }
}
