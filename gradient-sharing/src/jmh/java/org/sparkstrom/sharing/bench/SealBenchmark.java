// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
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
import org.sparkstrom.sharing.codec.ThresholdQuantizer;
import org.sparkstrom.sharing.security.Aead;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * What one of two workers does in a round of one million parameters at density 1e-3 besides
 * waiting, with and without its cryptography: one frame sealed, one opened.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class SealBenchmark {
  static final int PARAMETERS = 1_000_000;

  private static final double DENSITY = 1e-3;
  private static final float TAU = 0x1p-10f;
  private static final int HEADER_BYTES = 48;

  private final BlockLayout layout = BlockLayout.of(PARAMETERS);
  private final ThresholdQuantizer quantizer = new ThresholdQuantizer(layout);
  private final SparseCodec codec = new SparseCodec(layout);
  private final SparseUpdate own = new SparseUpdate(layout);
  private final SparseUpdate received = new SparseUpdate(layout);
  private final float[] update = SteadyUpdates.update(PARAMETERS, DENSITY, TAU);
  private final float[] aggregate = new float[PARAMETERS];
  private final int[] sums = new int[PARAMETERS];
  private final byte[] exponents = {-10};
  private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
  private final ByteBuffer payload = buffer();
  private final ByteBuffer sealed = buffer();
  private final ByteBuffer opened = buffer();
  private Aead aead;
  private long round;

  /** Makes a key and residuals. */
  @Setup
  public void start() {
    SessionKeys keys = new SessionKeys(FitSecret.random(new SecureRandom()), 1);
    aead = new Aead(keys.frameKey(0, 1));
    quantizer.restore(SteadyUpdates.residual(update, TAU));
    quantizer.quantize(update, exponents, own);
    codec.write(own, payload.clear());
    payload.flip();
  }

  /** Encodes, seals, opens, decodes, adds, takes the aggregate. */
  @Benchmark
  public float[] round() throws CorruptPayloadException {
    quantizer.quantize(update, exponents, own);
    codec.write(own, payload.clear());
    payload.flip();
    sealAndOpen();
    codec.read(opened.flip(), received);
    own.addTo(sums);
    received.addTo(sums);
    for (int i = 0; i < aggregate.length; i++) {
      aggregate[i] = TAU / 2 * sums[i];
    }
    Arrays.fill(sums, 0);
    return aggregate;
  }

  /** Seals a frame and opens one. */
  @Benchmark
  public ByteBuffer sealAndOpen() {
    round++;
    aead.seal(1, round, header, payload.rewind(), sealed.clear());
    if (!aead.open(1, round, header, sealed.flip(), opened.clear())) {
      throw new IllegalStateException("a frame that was just sealed is not authentic");
    }
    return opened;
  }

  private ByteBuffer buffer() {
    return ByteBuffer.allocate(layout.maxPayloadBytes() + Aead.TAG_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
