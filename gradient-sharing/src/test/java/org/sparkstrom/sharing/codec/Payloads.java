// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Makes updates and payloads for tests. */
final class Payloads {
  private Payloads() {}

  /** An empty buffer for one payload of the layout. */
  static ByteBuffer buffer(BlockLayout layout) {
    return ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A payload of these bytes. */
  static ByteBuffer of(int... values) {
    ByteBuffer payload = ByteBuffer.allocate(values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      payload.put((byte) value);
    }
    return payload.flip();
  }

  /** Multiples of 2^-12 below 4, so that sums of many of them are exact in float32. */
  static float[] dyadicUpdate(Random random, int length) {
    float[] update = new float[length];
    for (int i = 0; i < length; i++) {
      update[i] = (random.nextInt(1 << 15) - (1 << 14)) / 4096f;
    }
    return update;
  }

  /** Mostly small entries, about that share of them between 1 and 4 in magnitude. */
  static float[] sparseUpdate(Random random, int length, double density) {
    float[] update = new float[length];
    for (int i = 0; i < length; i++) {
      float magnitude =
          random.nextDouble() < density
              ? 1 + 3 * random.nextFloat() * random.nextFloat()
              : 0.1f * random.nextFloat();
      update[i] = random.nextBoolean() ? magnitude : -magnitude;
    }
    return update;
  }
}
