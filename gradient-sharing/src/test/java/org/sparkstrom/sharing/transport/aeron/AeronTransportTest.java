// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.Transport.Peer;
import org.sparkstrom.sharing.transport.TransportContract;

class AeronTransportTest extends TransportContract {
  private static final int MAX_FRAME_BYTES = 8 << 20;

  @Override
  protected Transport open() {
    return AeronTransport.open(AeronConfig.on("127.0.0.1").withMaxFrameBytes(MAX_FRAME_BYTES));
  }

  @Override
  protected int maxFrameBytes() {
    return MAX_FRAME_BYTES;
  }

  @Test
  void reportsTheHostAsGivenAndThePortThatItGot() {
    try (Transport transport = AeronTransport.open(AeronConfig.on("localhost"))) {
      assertThat(transport.endpoint().host()).isEqualTo("localhost");
      assertThat(transport.endpoint().port()).isBetween(1, 65_535);
      assertThat(transport).hasToString("AeronTransport[" + transport.endpoint() + "]");
    }
  }

  @Test
  void isNotConnectedWhileThePeerIsMissing() {
    Transport other = open();
    Endpoint gone = other.endpoint();
    other.close();
    try (Transport transport = open()) {
      transport.connect(List.of(new Peer(1, gone)));
      transport.poll(frame -> {});

      assertThat(transport.connected()).isFalse();
    }
  }

  @Test
  void refusesAnAddressOfAnotherMachineAndListsItsOwn() {
    // 192.0.2.0/24 is reserved for documentation, so no machine has it.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronTransport.open(AeronConfig.on("192.0.2.1")))
        .withMessageContaining("host 192.0.2.1 (192.0.2.1) is no address of this machine")
        .withMessageContaining("127.0.0.1")
        .withMessageContaining("SPARK_LOCAL_IP");
  }

  @Test
  void refusesAWildcardAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronTransport.open(AeronConfig.on("0.0.0.0")))
        .withMessage("host must be one address that peers can reach, but is 0.0.0.0");
  }

  @Test
  void saysWhenItsPortIsTaken() throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      AeronConfig taken = AeronConfig.on("127.0.0.1").withPort(other.getLocalPort());

      assertThatIllegalStateException()
          .isThrownBy(() -> AeronTransport.open(taken))
          .withMessageStartingWith(
              "cannot receive on UDP 127.0.0.1:" + taken.port() + "; is the port in use? ");
    }
  }

  @Test
  void knowsThatAllOfLoopbackIsLocal() {
    assertThat(LocalAddress.isLocal(LocalAddress.resolve("127.0.0.3"))).isTrue();
    assertThat(LocalAddress.isLocal(LocalAddress.resolve("192.0.2.1"))).isFalse();
    assertThat(LocalAddress.literal(LocalAddress.resolve("::1"), 7))
        .isEqualTo("[0:0:0:0:0:0:0:1]:7");
  }
}
