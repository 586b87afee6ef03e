// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.aeron.AeronConfig.PortRange;

/**
 * Sends one packet from this machine to itself before anybody else is asked to.
 *
 * <p>A firewall on the machine that drops UDP shows here with its name, instead of as a peer that
 * never connects. What lies between machines cannot be seen from one of them.
 */
@FunctionalInterface
interface UdpProbe {
  int TRIES = 3;
  int TIMEOUT_MS = 500;

  /** A probe with real sockets; takes less than a millisecond where nothing is wrong. */
  UdpProbe SOCKETS = UdpProbe::arrives;

  /** True if a packet to that port arrives, or somebody else has the port. */
  boolean reaches(InetAddress address, int port) throws IOException;

  /**
   * Tries the first port of a range.
   *
   * @throws IllegalStateException if the packet does not arrive or may not be sent
   */
  default void require(InetAddress address, PortRange ports) {
    Endpoint endpoint = new Endpoint(LocalAddress.text(address), ports.first());
    String remedy =
        "; let UDP pass (iptables -L, nft list ruleset, ufw status), or choose other ports or"
            + " another network interface";
    try {
      if (!reaches(address, ports.first())) {
        throw new IllegalStateException(
            "a UDP packet from this machine to itself at " + endpoint + " did not arrive" + remedy);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "UDP cannot be used at " + endpoint + ": " + e.getMessage() + remedy, e);
    }
  }

  private static boolean arrives(InetAddress address, int port) throws IOException {
    byte[] sent = {'s', 'p', 'a', 'r', 'k'};
    try (DatagramSocket receiver = new DatagramSocket(new InetSocketAddress(address, port));
        DatagramSocket sender = new DatagramSocket(new InetSocketAddress(address, 0))) {
      receiver.setSoTimeout(TIMEOUT_MS);
      for (int i = 0; i < TRIES; i++) {
        sender.send(new DatagramPacket(sent, sent.length, receiver.getLocalSocketAddress()));
        if (takes(receiver, sent)) {
          return true;
        }
      }
      return false;
    } catch (BindException e) {
      return true; // taken, perhaps: whoever opens the port says so
    }
  }

  private static boolean takes(DatagramSocket receiver, byte[] sent) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[sent.length], sent.length);
    try {
      receiver.receive(packet);
      return Arrays.equals(packet.getData(), sent);
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
