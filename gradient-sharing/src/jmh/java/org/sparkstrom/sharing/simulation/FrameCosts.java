// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Locale;

/**
 * What a frame takes from JVM to JVM besides codec, encryption and wire, in nanoseconds.
 *
 * @param latencyNs of a small frame, from send to receipt, while all threads are awake
 * @param workerNs processor time of a worker to send a frame or to receive it: the transport, and
 *     what waiting for it takes
 * @param driverNs processor time of the media driver, for the same
 * @param byteNs further processor time of a worker for each byte
 * @param workerWakeNs further processor time of a worker that has slept
 * @param driverWakeNs the same of a media driver
 */
record FrameCosts(
    double latencyNs,
    double workerNs,
    double driverNs,
    double byteNs,
    double workerWakeNs,
    double driverWakeNs) {

  /** What of the latency is no processor time. */
  long restNs() {
    return (long) Math.max(0, latencyNs - 2 * workerNs - 2 * driverNs);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.0f us from JVM to JVM, of which a worker's core %.1f and a driver's %.1f at each end,"
            + " %.2f ns a byte; %.1f and %.1f more after sleep",
        latencyNs / 1e3,
        workerNs / 1e3,
        driverNs / 1e3,
        byteNs,
        workerWakeNs / 1e3,
        driverWakeNs / 1e3);
  }
}
