// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetAddress;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.transport.aeron.AeronConfig.PortRange;

class UdpProbeTest {
  private final InetAddress loopback = LocalAddress.resolve("127.0.0.1");

  @Test
  void aPacketReachesThisMachineItself() {
    assertThatCode(() -> UdpProbe.SOCKETS.require(loopback, PortRange.ANY))
        .doesNotThrowAnyException();
  }

  @Test
  void aPacketThatDoesNotArriveMeansAFirewall() {
    UdpProbe blocked = (address, port) -> false;

    assertThatIllegalStateException()
        .isThrownBy(() -> blocked.require(loopback, PortRange.of(4000)))
        .withMessage(
            "a UDP packet from this machine to itself at 127.0.0.1:4000 did not arrive; let UDP"
                + " pass (iptables -L, nft list ruleset, ufw status), or choose other ports or"
                + " another network interface");
  }

  @Test
  void aPortThatMayNotBeOpenedIsNamedWithTheReason() {
    UdpProbe forbidden =
        (address, port) -> {
          throw new SocketException("Operation not permitted");
        };

    assertThatIllegalStateException()
        .isThrownBy(() -> forbidden.require(loopback, PortRange.of(4000)))
        .withMessageStartingWith("UDP cannot be used at 127.0.0.1:4000: Operation not permitted; ");
  }
}
