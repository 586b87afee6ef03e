// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;

/**
 * Update in, payload out, for 10 million parameters at density 1e-3 on one thread; beside a loop
 * that only adds update and residual, and ND4J's addition and threshold encoding of the same
 * numbers.
 *
 * <p>With one pair of update and residual, 80 MB, a large cache may hold both, as it does not where
 * a network is trained between two rounds; with several, used in turn, they come from memory.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EncodeBenchmark {
  static final int PARAMETERS = 10_000_000;
  static final double DENSITY = 1e-3;
  static final int EXPONENT = -10;
  static final float TAU = 0x1p-10f;

  /** Our codec in steady state. */
  @State(Scope.Thread)
  public static class Ours {
    final BlockLayout layout = BlockLayout.of(PARAMETERS);
    final SparseCodec codec = new SparseCodec(layout);
    final SparseUpdate sparse = new SparseUpdate(layout);
    final byte[] exponents = {EXPONENT};
    final ByteBuffer payload =
        ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);

    /** How many updates, each with its residual, are used in turn. */
    @Param({"1", "4"})
    public int pairs;

    float[][] updates;
    ThresholdQuantizer[] quantizers;
    int turn;

    /** Puts the residuals where they would be after a while. */
    @Setup
    public void start() {
      updates = updates(pairs);
      quantizers = new ThresholdQuantizer[pairs];
      for (int pair = 0; pair < pairs; pair++) {
        quantizers[pair] = new ThresholdQuantizer(layout);
        quantizers[pair].restore(SteadyUpdates.residual(updates[pair], TAU));
      }
    }
  }

  /** Arrays for the loop that is the limit. */
  @State(Scope.Thread)
  public static class Arrays {
    /** How many updates, each with its residual, are used in turn. */
    @Param({"1", "4"})
    public int pairs;

    float[][] updates;
    float[][] residuals;
    int turn;

    /** Makes the arrays. */
    @Setup
    public void start() {
      updates = updates(pairs);
      residuals = new float[pairs][];
      for (int pair = 0; pair < pairs; pair++) {
        residuals[pair] = SteadyUpdates.residual(updates[pair], TAU);
      }
    }
  }

  /** The same numbers in ND4J's memory. */
  @State(Scope.Thread)
  public static class Native {
    INDArray update;
    INDArray residual;

    /** Makes the arrays. */
    @Setup
    public void start() {
      float[] values = SteadyUpdates.update(PARAMETERS, DENSITY, TAU);
      update = Nd4j.createFromArray(values);
      residual = Nd4j.createFromArray(SteadyUpdates.residual(values, TAU));
    }
  }

  private static float[][] updates(int pairs) {
    float[][] updates = new float[pairs][];
    updates[0] = SteadyUpdates.update(PARAMETERS, DENSITY, TAU);
    for (int pair = 1; pair < pairs; pair++) {
      updates[pair] = updates[0].clone();
    }
    return updates;
  }

  /** Residual += update; entries above the threshold; payload. */
  @Benchmark
  public ByteBuffer encode(Ours ours) {
    int pair = ours.turn++ % ours.pairs;
    ours.quantizers[pair].quantize(ours.updates[pair], ours.exponents, ours.sparse);
    ours.codec.write(ours.sparse, ours.payload.clear());
    return ours.payload;
  }

  /** Residual += update, and nothing else. */
  @Benchmark
  public float[] addLoop(Arrays arrays) {
    int pair = arrays.turn++ % arrays.pairs;
    float[] residual = arrays.residuals[pair];
    float[] update = arrays.updates[pair];
    for (int i = 0; i < residual.length; i++) {
      residual[i] += update[i];
    }
    return residual;
  }

  /** Residual += update; ND4J's threshold encoding, which writes an index for each entry. */
  @Benchmark
  public long nd4j(Native arrays) {
    arrays.residual.addi(arrays.update);
    try (INDArray encoded = Nd4j.getExecutioner().thresholdEncode(arrays.residual, TAU)) {
      return encoded == null ? 0 : encoded.length();
    }
  }
}
