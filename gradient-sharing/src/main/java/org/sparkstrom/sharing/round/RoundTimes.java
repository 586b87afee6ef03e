// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/**
 * Where the time of one worker's rounds has gone, summed up over all of them.
 *
 * @param computeNs between exchanges: forward, backward, updater, reading of rows
 * @param encodeNs the update made into a payload
 * @param waitNs frames sealed, sent, awaited and opened
 * @param applyNs payloads decoded and added, the outcome written
 */
public record RoundTimes(long computeNs, long encodeNs, long waitNs, long applyNs) {}
