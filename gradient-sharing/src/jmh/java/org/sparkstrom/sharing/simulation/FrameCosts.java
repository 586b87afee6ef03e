// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

/**
 * What a frame takes from JVM to JVM besides codec, encryption and wire, in nanoseconds.
 *
 * @param latencyNs of a small frame, from send to receipt, on machines with nothing else to do
 * @param workerNs processor time of a worker to send a frame or to receive it: the transport, and
 *     what waiting for it takes
 * @param driverNs processor time of the media driver, for the same
 * @param byteNs further processor time of a worker for each byte
 */
record FrameCosts(double latencyNs, double workerNs, double driverNs, double byteNs) {

  /** What of the latency is no processor time: until a sleeping thread runs. */
  long restNs() {
    return (long) Math.max(0, latencyNs - 2 * workerNs - 2 * driverNs);
  }

  /** The costs on a slower machine. */
  FrameCosts times(double factor) {
    return new FrameCosts(
        factor * latencyNs, factor * workerNs, factor * driverNs, factor * byteNs);
  }
}
