// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One address of one network interface of this machine.
 *
 * @param networkInterface the interface's name
 * @param address one of its addresses
 * @param prefixLength bits of it that name the network
 * @param mtuBytes longest IP packet that the interface takes
 */
record HostAddress(String networkInterface, InetAddress address, int prefixLength, int mtuBytes) {
  /** Those that other machines can reach first, IPv4 before IPv6. */
  private static final Comparator<HostAddress> BY_REACH =
      Comparator.comparing((HostAddress host) -> host.address.isLoopbackAddress())
          .thenComparing(host -> host.address.getAddress().length)
          .thenComparing(HostAddress::networkInterface)
          .thenComparing(host -> host.address.getHostAddress());

  /** All addresses of this machine's interfaces that are up. */
  static List<HostAddress> all() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(HostAddress::of)
          .sorted(BY_REACH)
          .toList();
    } catch (SocketException e) {
      throw new IllegalStateException("the network interfaces of this machine cannot be listed", e);
    }
  }

  /**
   * The address that a choice of the user's means: an interface's name, an address or a network.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that are
   */
  static InetAddress choose(String choice, List<HostAddress> all) {
    for (HostAddress host : all.stream().sorted(BY_REACH).toList()) {
      if (!host.address.isLinkLocalAddress() && host.matches(choice)) {
        return host.address;
      }
    }
    throw new IllegalArgumentException(
        "networkInterface '"
            + choice
            + "' is neither name, address nor network of an interface of this machine, which has "
            + describe(all));
  }

  /** The addresses as an error message lists them. */
  static String describe(List<HostAddress> all) {
    return all.stream().map(HostAddress::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return networkInterface + " " + LocalAddress.text(address) + '/' + prefixLength;
  }

  private boolean matches(String choice) {
    if (choice.equals(networkInterface)) {
      return true;
    }
    int slash = choice.indexOf('/');
    String network = slash < 0 ? choice : choice.substring(0, slash);
    int bits = 8 * address.getAddress().length;
    try {
      int prefix = slash < 0 ? bits : Integer.parseInt(choice.substring(slash + 1));
      return LocalAddress.isLiteral(network)
          && prefix >= 0
          && prefix <= bits
          && sameBits(LocalAddress.resolve(network).getAddress(), prefix);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private boolean sameBits(byte[] network, int prefix) {
    byte[] own = address.getAddress();
    if (network.length != own.length) {
      return false;
    }
    for (int i = 0; i < prefix; i++) {
      int mask = 0x80 >> (i % 8);
      if (((own[i / 8] ^ network[i / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static Stream<HostAddress> of(NetworkInterface from) {
    try {
      int mtu = from.getMTU();
      return !from.isUp()
          ? Stream.empty()
          : from.getInterfaceAddresses().stream()
              .map(
                  entry ->
                      new HostAddress(
                          from.getName(), entry.getAddress(), entry.getNetworkPrefixLength(), mtu));
    } catch (SocketException e) {
      return Stream.empty(); // an interface that has just gone
    }
  }
}
