// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.Transport.Peer;

class InProcessTransportTest extends TransportContract {
  private static final int MAX_FRAME_BYTES = 8 << 20;

  private final InProcessNetwork network = new InProcessNetwork(MAX_FRAME_BYTES);

  @Override
  protected Transport open() {
    return network.open();
  }

  @Override
  protected int maxFrameBytes() {
    return MAX_FRAME_BYTES;
  }

  @Test
  void aPeerThatDoesNotReadIsBackPressure() {
    try (Transport sender = network.open();
        Transport receiver = network.open()) {
      sender.connect(List.of(new Peer(1, receiver.endpoint())));
      for (int i = 0; i < 100; i++) {
        sender.send(1, ByteBuffer.allocate(1));
      }
      sender.poll(frame -> {});

      assertThat(sender.flushed()).isFalse();
      assertThat(sender.backPressureCount()).isPositive();
    }
  }

  @Test
  void isNotConnectedToAnEndpointThatNobodyHasOpened() {
    try (Transport transport = network.open()) {
      transport.connect(List.of(new Peer(1, new Endpoint("in-process", 99))));

      assertThat(transport.connected()).isFalse();
    }
  }

  @Test
  void aNetworkMustCarryAtLeastOneByte() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InProcessNetwork(0))
        .withMessage("maxFrameBytes must be >= 1, but is 0");
  }
}
