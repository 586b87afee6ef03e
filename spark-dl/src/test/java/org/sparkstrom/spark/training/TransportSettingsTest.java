// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;

class TransportSettingsTest {

  @Test
  void withoutSettingsAFreePortOfTheExecutorsAddressIsTaken() {
    AeronConfig config = TransportSettings.read(new SparkConf(false)).aeron("10.0.0.7");
    assertThat(config).isEqualTo(AeronConfig.on("10.0.0.7"));
  }

  @Test
  void settingsReachTheTransport() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.sparkstrom.port", "40000-40003")
            .set("spark.sparkstrom.interface", " 10.1.0.0/16 ")
            .set("spark.sparkstrom.memoryBudget", "96m");
    TransportSettings settings = TransportSettings.read(conf);
    AeronConfig config = settings.aeron("10.0.0.7");
    assertThat(config.ports()).isEqualTo(new AeronConfig.PortRange(40_000, 40_003));
    assertThat(config.networkInterface()).isEqualTo(Optional.of("10.1.0.0/16"));
    assertThat(config.memoryBudgetBytes()).isEqualTo(96L << 20);
    settings.requirePorts(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.requirePorts(5))
        .withMessageContaining("each of the 5 workers")
        .withMessageContaining("has 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spark.sparkstrom.port | many | or 0 for any free one, but is 'many'",
        "spark.sparkstrom.port | -1 | but is '-1'",
        "spark.sparkstrom.port | 70000 | spark.sparkstrom.port = '70000': ports must be a range",
        "spark.sparkstrom.port | 5-4 | but are 5 to 4",
        "spark.sparkstrom.memoryBudget | much | spark.sparkstrom.memoryBudget must be a size such as 64m, but is 'much'",
        "spark.sparkstrom.memoryBudget | 1k | spark.sparkstrom.memoryBudget: ",
      })
  void valuesThatMakeNoSenseAreRefusedByName(String key, String value, String message) {
    SparkConf conf = new SparkConf(false).set(key, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TransportSettings.read(conf))
        .withMessageContaining(message);
  }
}
