// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.bench;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;

/** Runs the codec's benchmarks and prints their figures as one line of JSON at the end. */
public final class CodecBench {
  private static final int FORKS = 3;
  private static final int WARMUPS = 4;
  private static final int MEASUREMENTS = 5;
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  private CodecBench() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(CodecBench.class.getPackageName() + ".(Encode|Decode|Seal)Benchmark")
            .forks(FORKS)
            .warmupIterations(WARMUPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(MEASUREMENTS)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    Map<String, Double> micros = new TreeMap<>();
    Map<String, Double> allocated = new TreeMap<>();
    for (RunResult result : results) {
      String pairs = result.getParams().getParam("pairs");
      boolean fromMemory = pairs != null && !pairs.equals("1");
      String name = result.getPrimaryResult().getLabel() + (fromMemory ? "FromMemory" : "");
      micros.put(name, result.getPrimaryResult().getStatistics().getPercentile(50));
      allocated.put(name, result.getSecondaryResults().get(ALLOCATION).getScore());
    }
    PrintStream out = System.out;
    out.println(json(micros, allocated));
  }

  private static String json(Map<String, Double> micros, Map<String, Double> allocated) {
    long nonZeros = DecodeBenchmark.update().count();
    return String.format(
        Locale.ROOT,
        "{\"bitsPerNonZeroOverEntropy\":{\"1e-2\":%.4f, \"1e-3\":%.4f, \"1e-4\":%.4f}, "
            + "\"maxBitsPerParameter\":%.3f, "
            + "\"encodeOverAddLoop\":%.3f, \"encodeOverAddLoopFromMemory\":%.3f, "
            + "\"encodeOverNd4j\":%.2f, \"encodeBytesAllocated\":%.0f, "
            + "\"decodeNonZerosPerSecond\":%.0f, \"decodeOverApplyOnly\":%.3f, "
            + "\"sealShareOfRound\":%.4f}",
        overEntropy(1e-2),
        overEntropy(1e-3),
        overEntropy(1e-4),
        maxBitsPerParameter(),
        micros.get("addLoop") / micros.get("encode"),
        micros.get("addLoopFromMemory") / micros.get("encodeFromMemory"),
        micros.get("nd4j") / micros.get("encode"),
        allocated.get("encode"),
        nonZeros / micros.get("decodeAndApply") * 1e6,
        micros.get("applyOnly") / micros.get("decodeAndApply"),
        micros.get("sealAndOpen") / micros.get("round"));
  }

  /** Bits per entry over the entropy of independent positions and signs, headers included. */
  private static double overEntropy(double density) {
    int length = (int) Math.min(50_000_000, 4000 / density);
    SparseUpdate update = ternary(length, density);
    double p = (double) update.count() / length;
    double positions = -(p * Math.log(p) + (1 - p) * Math.log1p(-p)) / Math.log(2);
    return bits(update) / (positions * length + update.count());
  }

  private static double maxBitsPerParameter() {
    int length = 1_000_000;
    double most = 0;
    for (int percent = 1; percent <= 100; percent++) {
      most = Math.max(most, bits(ternary(length, percent / 100.0)) / length);
    }
    return most;
  }

  private static SparseUpdate ternary(int length, double density) {
    Random random = new Random(1);
    SparseUpdate update = new SparseUpdate(BlockLayout.of(length));
    for (int i = 0; i < length; i++) {
      if (random.nextDouble() < density) {
        update.add(0, i, random.nextBoolean() ? 1 : -1);
      }
    }
    return update;
  }

  private static double bits(SparseUpdate update) {
    ByteBuffer payload =
        ByteBuffer.allocate(update.layout().maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    new SparseCodec(update.layout()).write(update, payload);
    return 8.0 * payload.position();
  }
}
