// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;

/**
 * Payload in, integer sums of 10 million parameters out, at density 1e-2 on one thread; beside a
 * loop that adds the entries from arrays, as if they had not been encoded.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class DecodeBenchmark {
  static final int PARAMETERS = 10_000_000;
  static final double DENSITY = 1e-2;

  private static final long SEED = 20_261_125;

  private final BlockLayout layout = BlockLayout.of(PARAMETERS);
  private final SparseCodec codec = new SparseCodec(layout);
  private final SparseUpdate decoded = new SparseUpdate(layout);
  private final int[] sums = new int[PARAMETERS];
  private ByteBuffer payload;

  /** Entries at independent places. */
  @Setup
  public void start() {
    SparseUpdate update = update();
    payload = ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    codec.write(update, payload);
    payload.flip();
  }

  static SparseUpdate update() {
    Random random = new Random(SEED);
    SparseUpdate update = new SparseUpdate(BlockLayout.of(PARAMETERS));
    for (int i = 0; i < PARAMETERS; i++) {
      if (random.nextDouble() < DENSITY) {
        update.add(0, i, random.nextBoolean() ? 1 : -1);
      }
    }
    return update;
  }

  /** Checks and reads the payload, then adds its entries to the sums. */
  @Benchmark
  public int[] decodeAndApply() throws CorruptPayloadException {
    codec.read(payload.rewind(), decoded);
    decoded.addTo(sums);
    return sums;
  }

  /** Adds entries that stand in arrays. */
  @Benchmark
  public int[] applyOnly(Entries entries) {
    entries.update.addTo(sums);
    return sums;
  }

  /** The same entries, not encoded. */
  @State(Scope.Thread)
  public static class Entries {
    final SparseUpdate update = update();
  }
}
