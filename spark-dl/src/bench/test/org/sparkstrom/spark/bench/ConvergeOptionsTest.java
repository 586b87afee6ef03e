// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.threshold.TargetDensity;

class ConvergeOptionsTest {

  @Test
  void comparesAllModesOnFiveSeedsByDefault() {
    ConvergeOptions options = ConvergeOptions.parse();
    assertThat(options.seeds()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(options.modes()).containsExactly(SharingMode.values());
  }

  @Test
  void readsItsOptions() {
    ConvergeOptions options =
        ConvergeOptions.parse(
            "--seeds",
            "2",
            "--first-seed",
            "4",
            "--epochs",
            "3",
            "--modes",
            "threshold",
            "--density",
            "2e-3",
            "--warmup-rounds",
            "0");
    assertThat(options.seeds()).containsExactly(4L, 5L);
    assertThat(options.epochs()).isEqualTo(3);
    assertThat(options.modes()).containsExactly(SharingMode.DENSE, SharingMode.THRESHOLD);
    assertThat(options.policy()).isEqualTo(new TargetDensity(2e-3, 0, -10));
  }

  @ParameterizedTest
  @CsvSource({
    "--seed, 1, '--seed'",
    "--seeds, 0, from 1 to 999999",
    "--epochs, many, but is 'many'",
    "--density, 2, 'density must be in (0, 1], but is 2.0'",
    "--modes, thresholds, but has 'thresholds'"
  })
  void refusesWhatItDoesNotKnow(String option, String value, String message) {
    assertThatThrownBy(() -> ConvergeOptions.parse(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAnOptionWithoutValue() {
    assertThatThrownBy(() -> ConvergeOptions.parse("--seeds"))
        .hasMessageContaining("'--seeds' is not");
  }
}
