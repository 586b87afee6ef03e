// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AeronConfigTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void hasUsualSettings() {
    AeronConfig config = AeronConfig.on("10.0.0.7").withPort(40_000).withMaxFrameBytes(5);

    assertThat(config)
        .isEqualTo(new AeronConfig("10.0.0.7", 40_000, 5, Duration.ofSeconds(15), 1 << 20));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on(" "))
        .withMessage("host must be an address of this machine, but is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on("h").withPort(65_536))
        .withMessage("port must be in [0, 65535], but is 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on("h").withMaxFrameBytes(0))
        .withMessage("maxFrameBytes must be >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AeronConfig("h", 0, 1, Duration.ZERO, 1 << 20))
        .withMessage("openTimeout must be positive, but is PT0S");
  }

  @Test
  void takesOnlyTermsThatTheDriverAccepts() {
    for (int length : new int[] {0, 32 * 1024, 100_000, 2 << 20}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AeronConfig("h", 0, 1, SECOND, length))
          .withMessage(
              "termLengthBytes must be a power of two in [65536, 1048576], but is " + length);
    }
    assertThat(new AeronConfig("h", 0, 1, SECOND, 64 * 1024).termLengthBytes()).isEqualTo(65_536);
  }
}
