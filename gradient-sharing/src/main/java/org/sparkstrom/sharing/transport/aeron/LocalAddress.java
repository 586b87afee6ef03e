// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.Transport.Peer;

/** Names and addresses as Aeron's channels want them, checked before Aeron sees them. */
final class LocalAddress {
  private static final Pattern LITERAL =
      Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.*)?");
  private static final String REMEDY = "; set SPARK_LOCAL_IP to one that all executors can reach";

  private LocalAddress() {}

  /** The literal address of a name; brackets around an IPv6 address are allowed. */
  static InetAddress resolve(String host) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "host '"
              + host
              + "' has no address on this machine; check its name service, or set spark.local.ip"
              + " or SPARK_LOCAL_IP to an address that all executors can reach",
          e);
    }
    if (address.isLinkLocalAddress()) {
      throw new IllegalArgumentException(
          "host "
              + host
              + " is a link-local address, whose scope means something on one machine only, but"
              + " must be global, private or unique local; this machine has "
              + HostAddress.describe(HostAddress.all())
              + REMEDY);
    }
    return address;
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
              + text(address)
              + ") is no address of this machine, which has "
              + HostAddress.describe(HostAddress.all())
              + "; set SPARK_LOCAL_IP to one of them that all executors can reach");
    }
    return address;
  }

  /**
   * Refuses a worker that only its own machine can reach and that has a peer on another one.
   *
   * @throws IllegalArgumentException if so, with both addresses and the remedy
   */
  static void requireReachable(Endpoint self, InetAddress own, Peer peer, InetAddress other) {
    if (own.isLoopbackAddress() && !isLocal(other)) {
      throw new IllegalArgumentException(
          "this worker receives on "
              + self
              + " ("
              + text(own)
              + "), which only this machine can reach, but "
              + peer
              + " ("
              + text(other)
              + ") is on another; Debian and Ubuntu give a machine's own name the address 127.0.1.1"
              + " in /etc/hosts. Set SPARK_LOCAL_IP or networkInterface to one of "
              + HostAddress.describe(HostAddress.all()));
    }
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

  /** True for an address, false for a name. */
  static boolean isLiteral(String host) {
    return LITERAL.matcher(host).matches();
  }

  /** An endpoint as Aeron's channels want it, with a literal address. */
  static String literal(InetAddress address, int port) {
    return new Endpoint(text(address), port).toString();
  }

  /** An address without the scope that Java adds, since Aeron drops it anyway. */
  static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
