// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DenseCodecTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(3, 500, 1);

  @Test
  void addsTheVeryValuesThatWereEncoded() throws CorruptPayloadException {
    DenseCodec codec = new DenseCodec(LAYOUT);
    float[] update = Payloads.sparseUpdate(new Random(1), LAYOUT.parameterCount(), 0.5);
    ByteBuffer payload = Payloads.buffer(LAYOUT);
    double[] sums = new double[LAYOUT.parameterCount()];
    sums[7] = 1;

    codec.encode(update, payload);
    codec.addTo(payload.flip(), sums);

    assertThat(payload.limit()).isEqualTo(4 * update.length + 3 + 4 + 3); // headers of three blocks
    for (int i = 0; i < update.length; i++) {
      assertThat(sums[i]).isEqualTo(update[i] + (i == 7 ? 1.0 : 0.0));
    }
  }

  @Test
  void refusesAnUpdateThatIsNotFinite() {
    float[] update = new float[LAYOUT.parameterCount()];
    update[4] = Float.NaN;

    assertThatExceptionOfType(NonFiniteUpdateException.class)
        .isThrownBy(() -> new DenseCodec(LAYOUT).encode(update, Payloads.buffer(LAYOUT)))
        .withMessageContaining("entry 1 of block 1 is NaN");
  }

  @Test
  void refusesPayloadsThatBreakARule() {
    BlockLayout one = BlockLayout.of(1);
    assertCorrupt(one, "format tag 1 and 4 bytes", 1, 0, 4, 0, 0, 0, 0);
    assertCorrupt(one, "format tag 3 and 3 bytes", 3, 0, 3, 0, 0, 0);
    assertCorrupt(one, "claims 4 bytes, but 2 are left", 3, 0, 4, 0, 0);
    assertCorrupt(one, "must be finite, but is NaN", 3, 0, 4, 0, 0, 0xc0, 0x7f);
    assertCorrupt(one, "1 bytes follow", 3, 0, 4, 0, 0, 0, 0, 0);
    assertCorrupt(one, "the header of block 0 is cut off", 3);
    assertCorrupt(one, "block 0 needs a header, but no bytes are left");
  }

  @Test
  void aRefusedPayloadLeavesTheSumsAsTheyWere() {
    float[] update = new float[LAYOUT.parameterCount()];
    Arrays.fill(update, 2);
    for (FloatCodec codec : List.of(new DenseCodec(LAYOUT), new Float16Codec(LAYOUT))) {
      ByteBuffer payload = Payloads.buffer(LAYOUT);
      codec.encode(update, payload);
      payload.put(payload.position() - 1, (byte) 0x7f).put(payload.position() - 2, (byte) 0xc0);
      double[] sums = new double[LAYOUT.parameterCount()];

      assertThatExceptionOfType(CorruptPayloadException.class)
          .isThrownBy(() -> codec.addTo(payload.flip(), sums))
          .withMessageContaining("entry 0 of block 2 must be finite");
      assertThat(sums).containsOnly(0);
    }
  }

  private static void assertCorrupt(BlockLayout layout, String message, int... bytes) {
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(
            () ->
                new DenseCodec(layout)
                    .addTo(Payloads.of(bytes), new double[layout.parameterCount()]))
        .withMessageContaining(message);
  }
}
