// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdTest {

  @Test
  void everyExponentIsItsOwnNearest() {
    for (int e = Threshold.MIN_EXPONENT; e <= Threshold.MAX_EXPONENT; e++) {
      assertThat(Threshold.nearestExponent(Threshold.of(e))).isEqualTo(e);
    }
  }

  @Test
  void nearestIsByRatio() {
    assertThat(Threshold.nearestExponent(1.41f)).isZero();
    assertThat(Threshold.nearestExponent(1.42f)).isEqualTo(1);
    assertThat(Threshold.nearestExponent(1e-3f)).isEqualTo(-10);
  }

  @Test
  void thresholdsBeyondTheRangeBecomeItsEnds() {
    assertThat(Threshold.nearestExponent(Float.MIN_VALUE)).isEqualTo(Threshold.MIN_EXPONENT);
    assertThat(Threshold.nearestExponent(Float.MAX_VALUE)).isEqualTo(Threshold.MAX_EXPONENT);
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, -1f, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesWhatIsNoThreshold(float value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Threshold.nearestExponent(value))
        .withMessage("a threshold must be positive and finite, but is " + value);
  }
}
