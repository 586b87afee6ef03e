// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, 1 << 21, (1L << 33) - 1, (1L << 35) - 1})
  void readsWhatItWroteInTheSizeItSaid(long value) throws CorruptPayloadException {
    ByteBuffer bytes = ByteBuffer.allocate(5);
    Varint.put(bytes, value);

    assertThat(bytes.position()).isEqualTo(Varint.sizeBytes(value));
    assertThat(Varint.take(bytes.flip(), bytes.limit())).isEqualTo(value);
  }

  @Test
  void refusesNumbersThatArePaddedCutOffOrTooLong() {
    assertCorrupt("padded to 2 bytes", 0x80, 0x00);
    assertCorrupt("cut off", 0x80);
    assertCorrupt("longer than 5 bytes", 0x80, 0x80, 0x80, 0x80, 0x80, 0x01);
  }

  private static void assertCorrupt(String message, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    bytes.flip();
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> Varint.take(bytes, bytes.limit()))
        .withMessageContaining(message);
  }
}
