// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.Transport.Peer;
import org.sparkstrom.sharing.transport.TransportContract;
import org.sparkstrom.sharing.transport.aeron.AeronConfig.PortRange;

class AeronTransportTest extends TransportContract {
  private static final int MAX_FRAME_BYTES = 8 << 20;

  @Override
  protected Transport open(int rank, long salt) {
    return AeronTransport.open(
        AeronConfig.on("127.0.0.1").withMaxFrameBytes(MAX_FRAME_BYTES),
        new StreamIds(TestKeys.KEYS, rank, salt));
  }

  @Override
  protected int maxFrameBytes() {
    return MAX_FRAME_BYTES;
  }

  @Test
  void reportsTheHostAsGivenAndThePortThatItGot() {
    try (Transport transport = AeronTransport.open(AeronConfig.on("localhost"), TestKeys.ids(0))) {
      assertThat(transport.endpoint().host()).isEqualTo("localhost");
      assertThat(transport.endpoint().port()).isBetween(1, 65_535);
      assertThat(transport).hasToString("AeronTransport[" + transport.endpoint() + "]");
    }
  }

  @Test
  void refusesAnAddressOfAnotherMachineAndListsItsOwn() {
    // 203.0.113.0/24 is reserved for documentation, so no machine has it.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronTransport.open(AeronConfig.on("203.0.113.1"), TestKeys.ids(0)))
        .withMessageContaining("host 203.0.113.1 (203.0.113.1) is no address of this machine")
        .withMessageContaining("127.0.0.1")
        .withMessageContaining("SPARK_LOCAL_IP");
  }

  @Test
  void refusesAWildcardAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronTransport.open(AeronConfig.on("0.0.0.0"), TestKeys.ids(0)))
        .withMessage("host must be one address that peers can reach, but is 0.0.0.0");
  }

  @Test
  void saysWhenItsPortIsTaken() throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, LocalAddress.resolve("127.0.0.1"))) {
      int port = other.getLocalPort();
      AeronConfig taken = AeronConfig.on("127.0.0.1").withPorts(PortRange.of(port));

      assertThatIllegalStateException()
          .isThrownBy(() -> AeronTransport.open(taken, TestKeys.ids(0)))
          .withMessageStartingWith(
              "cannot receive on UDP 127.0.0.1:"
                  + port
                  + "; is the port in use? See who has it (ss -ulpn), or give a wider range of"
                  + " ports: ");
    }
  }

  @Test
  void takesTheFirstFreePortOfARange() throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, LocalAddress.resolve("127.0.0.1"))) {
      int port = other.getLocalPort();
      AeronConfig some =
          AeronConfig.on("127.0.0.1").withPorts(new PortRange(port, Math.min(65_535, port + 10)));

      try (Transport transport = AeronTransport.open(some, TestKeys.ids(0))) {
        assertThat(transport.endpoint().port()).isBetween(port + 1, port + 10);
      }
    }
  }

  @Test
  void transportsOfOneJvmShareAFixedPort() throws Exception {
    AeronConfig fixed;
    try (DatagramSocket free = new DatagramSocket(0, LocalAddress.resolve("127.0.0.1"))) {
      fixed = AeronConfig.on("127.0.0.1").withPorts(PortRange.of(free.getLocalPort()));
    }
    try (Transport one = AeronTransport.open(fixed, TestKeys.ids(0));
        Transport other = AeronTransport.open(fixed, TestKeys.ids(1))) {
      assertThat(one.endpoint()).isEqualTo(other.endpoint());
      one.connect(List.of(TestKeys.peer(1, other.endpoint().port())));
      other.connect(List.of(TestKeys.peer(0, one.endpoint().port())));
      Await.until("connected", () -> one.connected() && other.connected());
      one.send(1, ByteBuffer.wrap(new byte[] {8}));
      List<Byte> received = new ArrayList<>();
      Await.until(
          "a frame",
          () -> {
            one.poll(frame -> received.add((byte) -1));
            other.poll(frame -> received.add(frame.get()));
            return !received.isEmpty();
          });
      assertThat(received).containsExactly((byte) 8);
    }
  }

  @Test
  void receivesOnTheChosenInterfaceInsteadOfTheHost() {
    AeronConfig chosen = AeronConfig.on("203.0.113.1").withNetworkInterface("127.0.0.1/32");

    try (Transport transport = AeronTransport.open(chosen, TestKeys.ids(0))) {
      assertThat(transport.endpoint().host()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void twoTransportsMustNotHaveTheSameJoin() {
    AeronConfig config = AeronConfig.on("127.0.0.1");
    try (Transport first = AeronTransport.open(config, TestKeys.ids(0))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> AeronTransport.open(config, TestKeys.ids(0)))
          .withMessageContaining("each join must have a salt of its own");
      first.poll(frame -> {});
    }
  }

  @Test
  void refusesAPeerElsewhereThatCannotReachThisLoopback() {
    try (Transport transport = open(0, 0)) {
      Peer elsewhere = new Peer(1, 1, new Endpoint("203.0.113.77", 4000));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> transport.connect(List.of(elsewhere)))
          .withMessageStartingWith(
              "this worker receives on "
                  + transport.endpoint()
                  + " (127.0.0.1), which only this machine can reach, but worker 1 at"
                  + " 203.0.113.77:4000 (203.0.113.77) is on another; ")
          .withMessageContaining("/etc/hosts")
          .withMessageContaining("Set SPARK_LOCAL_IP or networkInterface to one of ");
    }
  }

  @Test
  void refusesMorePeersThanItsMemoryBudgetHolds() {
    long oneMore = LogBudget.DRIVER_BYTES + LogBudget.streamBytes(2, 64 * 1024);
    long budget = oneMore - 1;
    try (Transport transport =
        AeronTransport.open(
            AeronConfig.on("127.0.0.1").withMemoryBudgetBytes(budget), TestKeys.ids(0))) {
      List<Peer> two =
          List.of(new Peer(1, 1, transport.endpoint()), new Peer(2, 2, transport.endpoint()));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> transport.connect(two))
          .withMessage(
              "memoryBudgetBytes of "
                  + budget
                  + " has room for the streams of 1 peers, but there are 2; use fewer workers, or"
                  + " raise it to "
                  + oneMore
                  + " and give /dev/shm as much (docker: --shm-size)");
    }
  }

  @Test
  void knowsThatAllOfLoopbackIsLocal() {
    assertThat(LocalAddress.isLocal(LocalAddress.resolve("127.0.0.3"))).isTrue();
    assertThat(LocalAddress.isLocal(LocalAddress.resolve("203.0.113.1"))).isFalse();
    assertThat(LocalAddress.literal(LocalAddress.resolve("::1"), 7))
        .isEqualTo("[0:0:0:0:0:0:0:1]:7");
  }
}
