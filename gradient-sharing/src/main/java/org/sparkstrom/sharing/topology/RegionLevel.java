// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.LayoutSlice;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.Threshold;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;

/**
 * What one worker does on one level of a {@link RegionPlan}: reduce its part of the group's range,
 * and later gather the whole range again.
 *
 * <p>The owner of a part adds what the group sends and quantizes the sum once more, with the
 * threshold times the smallest power of two that is at least the group's size. Where the range
 * stays whole, each member's part is all of it, and all members come to the same sums and
 * residuals: multiples of thresholds add up exactly, in whatever order they come. Whole levels
 * before the last one pass their sums on with the threshold that these came with. So what leaves a
 * level is about as dense as what a single worker sent, however many have been added; the rest
 * waits in the owner's own residual. Not thread-safe.
 */
final class RegionLevel {
  private final int ownDigit;
  private final LayoutSlice range;
  private final Part[] parts;
  private final SparseUpdate received;
  private final SparseUpdate reduced;
  private final SparseUpdate gathered;
  private final ThresholdQuantizer quantizer;
  private final float[] sums;
  private final byte[] exponents;

  RegionLevel(RegionPlan plan, int place, int level, BlockLayout layout) {
    int factor = plan.factor(level);
    RegionPlan.Range common = plan.range(place, level, layout.parameterCount());
    this.ownDigit = plan.digit(place, level);
    this.range = layout.slice(common.from(), common.to());
    this.parts = new Part[factor];
    if (plan.isSplit(level)) {
      Arrays.setAll(parts, digit -> new Part(layout, common.part(digit, factor)));
    } else {
      Arrays.fill(parts, new Part(layout, common));
    }
    BlockLayout own = own().slice.layout();
    this.received = new SparseUpdate(own);
    this.reduced = new SparseUpdate(own);
    this.gathered = new SparseUpdate(range.layout());
    this.quantizer = new ThresholdQuantizer(own);
    this.sums = new float[own.parameterCount()];
    this.exponents = new byte[own.blockCount()];
  }

  /** How many powers of two the threshold rises where so many workers' entries are added. */
  static int steps(int factor) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(factor - 1);
  }

  /** Starts to reduce: takes this worker's own entries of its part. */
  void startReduce(SparseUpdate update) {
    addPart(own(), update);
    own().update.addValuesTo(sums);
  }

  /** Writes the entries of another member's part. */
  SparseUpdate writePart(int digit, SparseUpdate update, ByteBuffer payload) {
    Part part = parts[digit];
    addPart(part, update);
    part.codec.write(part.update, payload);
    return part.update;
  }

  /** Adds what another member has for this worker's part. */
  void readPart(ByteBuffer payload, byte[] expected, int steps) throws CorruptPayloadException {
    own().codec.read(payload, received);
    requireExponents(received, own().slice, expected, steps);
    received.addValuesTo(sums);
  }

  /** Quantizes the sum of the group with thresholds that are so many powers of two higher. */
  SparseUpdate finishReduce(byte[] blockExponents, int steps) {
    for (int piece = 0; piece < exponents.length; piece++) {
      exponents[piece] = raised(blockExponents[own().slice.firstBlock() + piece], steps);
    }
    quantizer.quantize(sums, exponents, reduced);
    Arrays.fill(sums, 0);
    return reduced;
  }

  /** Writes what this worker has of the range. */
  void writeOwn(SparseUpdate mine, ByteBuffer payload) {
    own().codec.write(mine, payload);
  }

  /** Keeps what another member has of the range. */
  void readOther(int digit, ByteBuffer payload, byte[] expected, int steps)
      throws CorruptPayloadException {
    Part part = parts[digit];
    part.codec.read(payload, part.update);
    requireExponents(part.update, part.slice, expected, steps);
  }

  /** Puts together what all members have of the range. */
  SparseUpdate finishGather(SparseUpdate mine) {
    gathered.clear();
    for (int digit = 0; digit < parts.length; digit++) {
      SparseUpdate part = digit == ownDigit ? mine : parts[digit].update;
      gathered.addAll(range.start(), part, parts[digit].slice.start());
    }
    return gathered;
  }

  ThresholdQuantizer quantizer() {
    return quantizer;
  }

  /** Place in the flat update of this worker's part. */
  int ownStart() {
    return own().slice.start();
  }

  static byte raised(byte exponent, int steps) {
    return (byte) Threshold.clampExponent(exponent + steps);
  }

  private Part own() {
    return parts[ownDigit];
  }

  private void addPart(Part part, SparseUpdate update) {
    part.update.clear();
    part.update.addAll(part.slice.start(), update, range.start());
  }

  /** Entries add up, and replicas are equal, only where all workers used the same thresholds. */
  private static void requireExponents(
      SparseUpdate update, LayoutSlice slice, byte[] expected, int steps)
      throws CorruptPayloadException {
    for (int piece = 0; piece < slice.layout().blockCount(); piece++) {
      int block = slice.firstBlock() + piece;
      int exponent = raised(expected[block], steps);
      if (update.count(piece) > 0 && update.exponent(piece) != exponent) {
        throw new CorruptPayloadException(
            "block "
                + block
                + " must have threshold exponent "
                + exponent
                + " as every replica, but has "
                + update.exponent(piece));
      }
    }
  }

  /** One member's part of the range. */
  private static final class Part {
    final LayoutSlice slice;
    final SparseCodec codec;
    final SparseUpdate update;

    Part(BlockLayout layout, RegionPlan.Range range) {
      slice = layout.slice(range.from(), range.to());
      codec = new SparseCodec(slice.layout());
      update = new SparseUpdate(slice.layout());
    }
  }
}
