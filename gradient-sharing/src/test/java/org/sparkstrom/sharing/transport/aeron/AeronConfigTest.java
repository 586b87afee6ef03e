// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.transport.aeron.AeronConfig.PortRange;

class AeronConfigTest {
  @Test
  void hasUsualSettings() {
    AeronConfig config =
        AeronConfig.on("10.0.0.7")
            .withPorts(PortRange.of(40_000))
            .withMaxFrameBytes(5)
            .withNetworkInterface("eth1")
            .withMemoryBudgetBytes(1 << 28);

    assertThat(config)
        .isEqualTo(
            new AeronConfig(
                "10.0.0.7",
                Optional.of("eth1"),
                new PortRange(40_000, 40_000),
                5,
                Duration.ofSeconds(15),
                1 << 28));
    assertThat(AeronConfig.on("h").memoryBudgetBytes()).isEqualTo(64 << 20);
    assertThat(AeronConfig.on("h").ports()).isEqualTo(PortRange.ANY).hasToString("0");
    assertThat(new PortRange(40_000, 40_010)).hasToString("40000 to 40010");
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on(" "))
        .withMessage("host must be an address of this machine, but is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on("h").withNetworkInterface(" "))
        .withMessage("networkInterface must be a name, an address or a network, but is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on("h").withMaxFrameBytes(0))
        .withMessage("maxFrameBytes must be >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AeronConfig.on("h").withMemoryBudgetBytes(1))
        .withMessageContaining("memoryBudgetBytes must have room");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new AeronConfig("h", Optional.empty(), PortRange.ANY, 1, Duration.ZERO, 64 << 20))
        .withMessage("openTimeout must be positive, but is PT0S");
  }

  @ParameterizedTest
  @CsvSource({"-1, 5", "5, 4", "1, 65536", "0, 1"})
  void portsAreARange(int first, int last) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PortRange(first, last))
        .withMessage(
            "ports must be a range within [1, 65535], or 0 alone for any, but are "
                + first
                + " to "
                + last);
  }
}
