// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.Float16Codec;

/** Rounds of updates in float16: float64 sums in rank order, scaled, then rounded to float32. */
final class Float16RoundCodec implements RoundCodec {
  private final Float16Codec codec;
  private final double[] sums;
  private final double scale;

  Float16RoundCodec(BlockLayout layout, double scale) {
    this.codec = new Float16Codec(layout);
    this.sums = new double[layout.parameterCount()];
    this.scale = scale;
  }

  @Override
  public int encode(float[] update, ByteBuffer payload) {
    codec.encode(update, payload);
    return update.length;
  }

  @Override
  public void add(ByteBuffer payload) throws CorruptPayloadException {
    codec.addTo(payload, sums);
  }

  @Override
  public void takeAggregate(float[] update) {
    for (int i = 0; i < update.length; i++) {
      update[i] = (float) (sums[i] * scale);
    }
    Arrays.fill(sums, 0);
  }
}
