// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class InProcessTransportTest extends TransportContract {
  private static final int MAX_FRAME_BYTES = 8 << 20;

  private final InProcessNetwork network = new InProcessNetwork(MAX_FRAME_BYTES);

  @Override
  protected Transport open(int rank, long salt) {
    return network.open();
  }

  @Override
  protected int maxFrameBytes() {
    return MAX_FRAME_BYTES;
  }

  @Test
  void aNetworkMustCarryAtLeastOneByte() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InProcessNetwork(0))
        .withMessage("maxFrameBytes must be >= 1, but is 0");
  }
}
