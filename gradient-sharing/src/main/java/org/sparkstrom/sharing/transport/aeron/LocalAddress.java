// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.stream.Collectors;
import org.sparkstrom.sharing.transport.Transport.Endpoint;

/** Names and addresses as Aeron's channels want them, checked before Aeron sees them. */
final class LocalAddress {
  private LocalAddress() {}

  /** The literal address of a name. */
  static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "host '"
              + host
              + "' has no address on this machine; check its name service, or set spark.local.ip"
              + " or SPARK_LOCAL_IP to an address that all executors can reach",
          e);
    }
  }

  /**
   * The literal address of a host, which must be this machine.
   *
   * @throws IllegalArgumentException if no interface of this machine has that address
   */
  static InetAddress resolveLocal(String host) {
    InetAddress address = resolve(host);
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException(
          "host must be one address that peers can reach, but is " + host);
    }
    if (!isLocal(address)) {
      throw new IllegalArgumentException(
          "host "
              + host
              + " ("
              + address.getHostAddress()
              + ") is no address of this machine, which has "
              + localAddresses()
              + "; set SPARK_LOCAL_IP to one of them that all executors can reach");
    }
    return address;
  }

  /**
   * True if a socket of this machine can be bound to the address; interfaces hide parts of 127/8.
   */
  static boolean isLocal(InetAddress address) {
    try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address, 0))) {
      return probe.isBound();
    } catch (SocketException e) {
      return false;
    }
  }

  /** An endpoint as Aeron's channels want it, with a literal address. */
  static String literal(InetAddress address, int port) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return new Endpoint(scope < 0 ? text : text.substring(0, scope), port).toString();
  }

  private static String localAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(InetAddress::getHostAddress)
          .sorted()
          .collect(Collectors.joining(", "));
    } catch (SocketException e) {
      return "interfaces that cannot be listed (" + e.getMessage() + ")";
    }
  }
}
