// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class ThresholdPolicyTest {

  @Test
  void aFixedThresholdIsRoundedToAPowerOfTwo() {
    assertThat(new FixedThreshold(1e-3f).initialExponent()).isEqualTo(-10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FixedThreshold(-1f))
        .withMessageContaining("-1.0");
  }

  @Test
  void warmUpFallsToAQuarterInEqualPartsAndStopsAtTheTarget() {
    TargetDensity policy = new TargetDensity(0.01, 30, -10);

    assertThat(policy.densityAt(0)).isEqualTo(0.25);
    assertThat(policy.densityAt(9)).isEqualTo(0.25);
    assertThat(policy.densityAt(10)).isEqualTo(0.0625);
    assertThat(policy.densityAt(20)).isEqualTo(0.015625);
    assertThat(policy.densityAt(29)).isEqualTo(0.015625);
    assertThat(policy.densityAt(30)).isEqualTo(0.01);
    assertThat(policy.densityAt(Integer.MAX_VALUE)).isEqualTo(0.01);
  }

  @Test
  void withoutWarmUpTheTargetHoldsAtOnce() {
    assertThat(new TargetDensity(0.001, 0, -10).densityAt(0)).isEqualTo(0.001);
    assertThat(new TargetDensity(0.5, 100, -10).densityAt(0)).isEqualTo(0.5);
  }

  @Test
  void refusesADensityWarmUpOrExponentOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TargetDensity(0, 0, 0))
        .withMessage("density must be in (0, 1], but is 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TargetDensity(Double.NaN, 0, 0))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TargetDensity(0.1, -1, 0))
        .withMessage("warmupRounds must be >= 0, but is -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TargetDensity(0.1, 0, 21))
        .withMessage("initialExponent must be in [-40, 20], but is 21");
  }

  @Test
  void aHardThresholdIsSearchedForInTheFirstRoundsOnly() {
    HardThreshold policy = new HardThreshold(0.02, 3, -8);
    assertThat(policy.wantedDensity(2)).hasValue(0.02);
    assertThat(policy.wantedDensity(3)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HardThreshold(0.02, 0, -8))
        .withMessage("calibrationRounds must be at least 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HardThreshold(2, 1, -8))
        .withMessage("density must be in (0, 1], but is 2.0");
  }

  @Test
  void policiesTravelInsideATask() throws Exception {
    assertThat(serialized(new FixedThreshold(0.5f))).isEqualTo(new FixedThreshold(0.5f));
    TargetDensity policy = new TargetDensity(0.01, 30, -10);
    assertThat(serialized(policy)).isEqualTo(policy);
    HardThreshold hard = new HardThreshold(0.01, 30, -10);
    assertThat(serialized(hard)).isEqualTo(hard);
  }

  private static Object serialized(ThresholdPolicy policy) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(policy);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
