// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/**
 * What an exchange has done so far on one worker.
 *
 * @param rounds rounds completed
 * @param bytesSent bytes of sealed frames handed to the transport, over all peers
 * @param denseBytes what the same rounds would have sent as float32 updates to the same peers
 * @param nonZeros entries that this worker has sent, counted once and not per peer
 * @param backPressure sends that the transport had to try again
 * @param rejectedFrames frames that were dropped unread
 */
public record ExchangeCounters(
    long rounds,
    long bytesSent,
    long denseBytes,
    long nonZeros,
    long backPressure,
    long rejectedFrames) {}
