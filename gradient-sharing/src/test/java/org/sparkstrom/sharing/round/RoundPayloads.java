// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;

/** The payloads of one round in rank order, without frames and transport. */
final class RoundPayloads {
  private final BlockLayout layout;
  private final List<ByteBuffer> payloads = new ArrayList<>();

  RoundPayloads(BlockLayout layout) {
    this.layout = layout;
  }

  void encode(RoundCodec codec, float[] update) {
    ByteBuffer payload =
        ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    codec.encode(update, payload);
    payloads.add(payload.flip());
  }

  void aggregate(RoundCodec codec, float[] update) throws CorruptPayloadException {
    for (ByteBuffer payload : payloads) {
      codec.add(payload.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }
    codec.takeAggregate(update);
  }
}
