// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAddressTest {
  private final List<HostAddress> machine =
      List.of(
          host("lo", "127.0.0.1", 8, 65_536),
          host("lo", "::1", 128, 65_536),
          host("eth0", "fe80::1", 64, 1500),
          host("eth0", "fd00::2", 64, 1500),
          host("eth0", "10.1.2.3", 16, 1500),
          host("ib0", "192.168.7.8", 24, 1400));

  @ParameterizedTest
  @CsvSource({
    "eth0, 10.1.2.3",
    "lo, 127.0.0.1",
    "ib0, 192.168.7.8",
    "10.1.2.3, 10.1.2.3",
    "10.0.0.0/8, 10.1.2.3",
    "10.1.2.0/22, 10.1.2.3",
    "192.168.0.0/16, 192.168.7.8",
    "0.0.0.0/0, 10.1.2.3",
    "fd00::/16, fd00:0:0:0:0:0:0:2",
    "fd00::2, fd00:0:0:0:0:0:0:2",
    "::1, 0:0:0:0:0:0:0:1"
  })
  void aChoiceIsANameAnAddressOrANetwork(String choice, String expected) {
    assertThat(HostAddress.choose(choice, machine).getHostAddress()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"eth1", "10.2.0.0/16", "10.1.2.4", "10.0.0.0/33", "10.0.0.0/x", "fd01::/16"})
  void aChoiceThatIsNothingHereIsAnErrorWithAllThatThereIs(String choice) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostAddress.choose(choice, machine))
        .withMessage(
            "networkInterface '"
                + choice
                + "' is neither name, address nor network of an interface of this machine, which"
                + " has lo 127.0.0.1/8, lo 0:0:0:0:0:0:0:1/128, eth0 fe80:0:0:0:0:0:0:1/64, eth0"
                + " fd00:0:0:0:0:0:0:2/64, eth0 10.1.2.3/16, ib0 192.168.7.8/24");
  }

  @Test
  void theMachineOfTheTestHasALoopback() {
    assertThat(HostAddress.all())
        .anySatisfy(host -> assertThat(host.address().isLoopbackAddress()).isTrue());
  }

  @Test
  void packetsOfALoopbackFitTheirTerms() {
    assertThat(PacketLength.loopback(1024 * 1024)).isEqualTo(16 * 1024);
    assertThat(PacketLength.loopback(64 * 1024)).isEqualTo(8 * 1024);
  }

  @Test
  void packetsFitTheInterfaceThatTheyLeaveBy() throws Exception {
    assertThat(PacketLength.between(InetAddress.getByName("10.1.2.3"), machine)).isEqualTo(1408);
    assertThat(PacketLength.between(InetAddress.getByName("192.168.7.8"), machine)).isEqualTo(1344);
    assertThat(PacketLength.between(InetAddress.getByName("203.0.113.1"), machine)).isEqualTo(1408);
  }

  @Test
  void aLinkLocalAddressIsRefusedBecauseItsScopeDoesNotTravel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAddress.resolve("fe80::1"))
        .withMessageStartingWith(
            "host fe80::1 is a link-local address, whose scope means something on one machine only,"
                + " but must be global, private or unique local; this machine has ")
        .withMessageContaining("127.0.0.1/8");
  }

  private static HostAddress host(String name, String address, int prefix, int mtu) {
    try {
      return new HostAddress(name, InetAddress.getByName(address), prefix, mtu);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e);
    }
  }
}
