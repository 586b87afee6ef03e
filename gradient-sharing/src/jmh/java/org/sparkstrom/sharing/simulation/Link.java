// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

/**
 * How each worker is connected: a full-duplex port at a switch that never jams.
 *
 * @param bitsPerSecond in each direction
 * @param latencyNs from port to port
 * @param loss share of packets that are lost and asked for again
 * @param packetBytes of a frame in one packet
 */
record Link(double bitsPerSecond, long latencyNs, double loss, int packetBytes) {
  /** What Aeron puts into one packet of Ethernet besides headers: 1408 - 32 - 8 of our own. */
  static final int ETHERNET_PACKET_BYTES = 1368;

  /** The same on the loopback interface. */
  static final int LOOPBACK_PACKET_BYTES = 16 * 1024 - 40;

  /** Chunk header 8, Aeron 32, UDP 8, IP 20. */
  static final int PACKET_HEADER_BYTES = 68;

  /** Ethernet header, checksum, preamble, gap: takes time, but no adapter counts it. */
  static final int FRAMING_BYTES = 38;

  static Link ethernet(double bitsPerSecond, long latencyNs, double loss) {
    return new Link(bitsPerSecond, latencyNs, loss, ETHERNET_PACKET_BYTES);
  }

  /** The same with a further delay. */
  Link plus(long delayNs) {
    return new Link(bitsPerSecond, latencyNs + delayNs, loss, packetBytes);
  }

  long packets(long frameBytes) {
    return (frameBytes + packetBytes - 1) / packetBytes;
  }

  /** Bytes that the sender's adapter counts for one frame. */
  long sentBytes(long frameBytes) {
    return frameBytes + packets(frameBytes) * PACKET_HEADER_BYTES;
  }

  /** Time that one frame takes on a port. */
  long wireNs(long frameBytes) {
    long bytes = sentBytes(frameBytes) + packets(frameBytes) * FRAMING_BYTES;
    return (long) (bytes * 8e9 / bitsPerSecond);
  }
}
