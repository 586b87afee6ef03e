// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class SocketBuffersTest {
  private static final int KIB = 1024;

  @Test
  void takesWhatItWantsWhereThatIsGranted() {
    SocketBuffers buffers = SocketBuffers.choose(wanted -> wanted, wanted -> wanted);

    assertThat(buffers.receiveBytes()).isEqualTo(2048 * KIB);
    assertThat(buffers.sendBytes()).isEqualTo(2048 * KIB);
    assertThat(buffers.windowBytes()).isEqualTo(128 * KIB);
    assertThat(buffers.advice()).isEmpty();
  }

  @Test
  void aStockLinuxIsEnoughForTheWholeWindow() {
    SocketBuffers buffers = SocketBuffers.choose(wanted -> 212_992, wanted -> 212_992);

    assertThat(buffers.receiveBytes()).isEqualTo(212_992);
    assertThat(buffers.windowBytes()).isEqualTo(128 * KIB);
    assertThat(buffers.advice()).isEmpty();
  }

  @Test
  void aSmallBufferMakesTheWindowSmallAndNamesTheSysctl() {
    SocketBuffers buffers = SocketBuffers.choose(wanted -> 70_000, wanted -> wanted);

    assertThat(buffers.windowBytes()).isEqualTo(64 * KIB);
    assertThat(buffers.advice())
        .contains(
            "the system grants UDP receive buffers of 70000 bytes, so the window of each stream is"
                + " 65536 instead of 131072 bytes, which is slower: raise net.core.rmem_max"
                + " (sysctl -w net.core.rmem_max=2097152)");
  }

  @Test
  void tooLittleForTwoPacketsIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(() -> SocketBuffers.choose(wanted -> 4096, wanted -> wanted))
        .withMessage(
            "UDP receive buffers must have at least 32768 bytes, but the system grants 4096: raise"
                + " net.core.rmem_max (sysctl -w net.core.rmem_max=2097152)");
    assertThatIllegalStateException()
        .isThrownBy(() -> SocketBuffers.choose(wanted -> wanted, wanted -> 4096))
        .withMessageContaining("net.core.wmem_max");
  }

  @Test
  void thisSystemGrantsEnough() {
    assertThat(SocketBuffers.ofSystem().windowBytes()).isPositive();
  }
}
