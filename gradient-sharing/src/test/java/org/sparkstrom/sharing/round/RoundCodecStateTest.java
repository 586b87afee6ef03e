// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.TargetDensity;

/** A codec that is restored from another's state decides the same thresholds ever after. */
class RoundCodecStateTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(400, 30, 5);

  @ParameterizedTest(name = "{0} rounds in flight")
  @ValueSource(ints = {0, 1})
  void aRestoredCodecStaysEqual(int inFlight) throws Exception {
    ExchangeConfig config =
        new ExchangeConfig(
            Quantizer.THRESHOLD,
            Aggregation.MEAN,
            new TargetDensity(0.02, 30, -4),
            Duration.ofSeconds(1),
            5);
    RoundCodec old = RoundCodec.of(config, LAYOUT, 1, new RoundStopwatch(System::nanoTime));
    RoundCodec young = RoundCodec.of(config, LAYOUT, 1, new RoundStopwatch(System::nanoTime));
    Random random = new Random(3);
    ByteBuffer[] payloads = new ByteBuffer[101];
    for (int round = 1; round <= 100; round++) {
      payloads[round] = encoded(old, random);
      if (round == 60) {
        ByteBuffer state = saved(old, inFlight);
        assertThat(state.remaining()).isEqualTo(old.stateBytes(inFlight));
        young.restore(inFlight, state);
        for (int place = 0; place < inFlight; place++) {
          ByteBuffer nothing =
              ByteBuffer.allocate(LAYOUT.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
          young.encodeNothing(place, nothing);
          assertThat(nothing.position()).as("empty blocks only").isEqualTo(3);
        }
        encoded(young, new Random(9)); // its own, of round 60
      } else if (round > 60) {
        encoded(young, new Random(9));
      }
      int done = round - inFlight;
      if (done > 0) {
        float[] expected = taken(old, payloads[done]);
        if (round >= 60) {
          assertThat(taken(young, payloads[done])).as("round %d", done).isEqualTo(expected);
          assertThat(saved(young, inFlight)).isEqualTo(saved(old, inFlight));
        }
      }
    }
  }

  private static ByteBuffer encoded(RoundCodec codec, Random random) {
    float[] update = new float[LAYOUT.parameterCount()];
    for (int i = 0; i < update.length; i++) {
      update[i] = (float) random.nextGaussian();
    }
    ByteBuffer payload =
        ByteBuffer.allocate(LAYOUT.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    codec.encode(update, payload);
    return payload.flip();
  }

  private static float[] taken(RoundCodec codec, ByteBuffer payload) throws Exception {
    float[] aggregate = new float[LAYOUT.parameterCount()];
    codec.add(payload.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    codec.takeAggregate(aggregate);
    return aggregate;
  }

  private static ByteBuffer saved(RoundCodec codec, int inFlight) {
    ByteBuffer state =
        ByteBuffer.allocate(codec.stateBytes(inFlight)).order(ByteOrder.LITTLE_ENDIAN);
    codec.save(inFlight, state);
    return state.flip();
  }
}
