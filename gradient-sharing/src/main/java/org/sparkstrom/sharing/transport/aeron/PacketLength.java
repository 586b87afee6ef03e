// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.logbuffer.FrameDescriptor;
import java.net.InetAddress;
import java.util.List;

/**
 * How long a packet to a peer may be without being cut up on its way.
 *
 * <p>A packet that IP has to fragment is lost with any one of its fragments, and some networks drop
 * fragments altogether. Overlay networks of containers have shorter packets than an Ethernet.
 */
final class PacketLength {
  /** The longest packet: a loopback carries 64 KiB, but a log is cut up worse by such. */
  static final int LOOPBACK_BYTES = 16 * 1024;

  /** Aeron's usual length, which leaves an Ethernet some room for tunnels. */
  private static final int ETHERNET_BYTES = 1408;

  private static final int UDP_HEADER_BYTES = 8;
  private static final int IPV4_HEADER_BYTES = 20;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int ALIGNMENT = 32;

  /** No network of IP has shorter packets than 576 bytes. */
  private static final int LEAST_BYTES = 544;

  private PacketLength() {}

  /** The length for packets that do not leave the machine, with terms of that length. */
  static int loopback(int termLengthBytes) {
    return Math.min(LOOPBACK_BYTES, FrameDescriptor.computeMaxMessageLength(termLengthBytes));
  }

  /** The length for packets from an address of this machine to a peer elsewhere. */
  static int between(InetAddress own, List<HostAddress> all) {
    int length = ETHERNET_BYTES;
    int headers =
        UDP_HEADER_BYTES + (own.getAddress().length == 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES);
    for (HostAddress host : all) {
      if (host.address().equals(own)) {
        length = Math.min(length, host.mtuBytes() - headers);
      }
    }
    return Math.max(LEAST_BYTES, length - length % ALIGNMENT);
  }
}
