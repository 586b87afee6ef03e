// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TrainingStateTest {

  private static final TrainingPlace PLACE = new TrainingPlace(107, 12, 37, 3, -5);
  private static final TrainingState STATE =
      new TrainingState(PLACE, new float[] {1, -2.5f, Float.MIN_VALUE}, new float[] {-0f, 4});

  @Test
  void whatIsWrittenIsReadBitByBit() {
    TrainingState read = TrainingState.of(STATE.toBytes());
    assertThat(read.place()).isEqualTo(PLACE);
    assertThat(bits(read.parameters())).isEqualTo(bits(STATE.parameters()));
    assertThat(bits(read.updaterState())).isEqualTo(bits(STATE.updaterState()));
    assertThat(read.toBytes()).isEqualTo(STATE.toBytes());
  }

  @Test
  void theBytesAreThoseOfTheWireFormat() {
    ByteBuffer bytes = STATE.toBytes().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.remaining()).isEqualTo(48 + 4 * 5);
    assertThat(new byte[] {bytes.get(), bytes.get(), bytes.get(), bytes.get()})
        .isEqualTo(new byte[] {'S', 'P', 'T', 'S'});
    assertThat(bytes.getInt()).isEqualTo(1);
    assertThat(bytes.getInt()).isEqualTo(107);
    assertThat(bytes.getInt()).isEqualTo(12);
    assertThat(bytes.getLong()).isEqualTo(37);
    assertThat(bytes.getLong()).isEqualTo(3);
    assertThat(bytes.getLong()).isEqualTo(-5);
    assertThat(bytes.getInt()).isEqualTo(3);
    assertThat(bytes.getInt()).isEqualTo(2);
    assertThat(bytes.getFloat()).isEqualTo(1f);
  }

  @Test
  void bytesThatAreNoStateAreRefused() {
    assertRefused(ByteBuffer.allocate(47), "at least 48 bytes, but has 47");
    assertRefused(changed(0, 0), "must begin with 53545053, but begins with 00000000");
    assertRefused(changed(4, 9), "must be of version 1, but is of version 9");
    assertRefused(changed(40, -1), "-1 parameters");
    assertRefused(changed(44, Integer.MAX_VALUE), "but has 68");
    assertRefused(changed(24, 0), "roundsPerEpoch at least 1");
    assertRefused(changed(12, 11), "must be in epoch 11, but is in epoch 12");
    assertRefused(STATE.toBytes().limit(64), "must have 68 bytes, but has 64");
  }

  @Test
  void aPlaceTellsEpochAndRoundInIt() {
    assertThat(PLACE.roundOfEpoch()).isEqualTo(1);
    assertThat(PLACE.at(39)).isEqualTo(new TrainingPlace(109, 13, 39, 3, -5));
    assertThat(PLACE.at(30)).isEqualTo(TrainingPlace.between(100, 10, 3, -5));
  }

  private static ByteBuffer changed(int offset, int value) {
    return STATE.toBytes().order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
  }

  private static void assertRefused(ByteBuffer bytes, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingState.of(bytes))
        .withMessageContaining(message);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
