// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.sparkstrom.sharing.codec.BlockCounts;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.LayoutSlice;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;

/** Bytes of frames of real size: the real codec writes entries of a given density. */
final class FrameSizes {
  /** Header and tag. */
  static final int SEAL_BYTES = 48 + 16;

  /** The controller lets small blocks send as many in a round, however low the density. */
  private static final double MIN_ENTRIES = 4;

  private final BlockLayout layout;
  private final Random random = new Random(1);
  private final ByteBuffer payload;

  FrameSizes(BlockLayout layout) {
    this.layout = layout;
    this.payload = buffer(layout.maxPayloadBytes());
  }

  /**
   * A frame with a range of the update.
   *
   * @param slice the range
   * @param density share of parameters with an entry
   * @param multiples share of entries with a multiplicity of 2
   * @param countShare share of such frames that carry counts of entries, too
   */
  long frameBytes(LayoutSlice slice, double density, double multiples, double countShare) {
    SparseUpdate update = new SparseUpdate(slice.layout());
    for (int piece = 0; piece < slice.layout().blockCount(); piece++) {
      double length = layout.length(slice.firstBlock() + piece);
      double share = Math.min(1, density * Math.max(1, MIN_ENTRIES / length / 1e-3));
      fill(update, piece, share, multiples);
    }
    payload.clear();
    new SparseCodec(slice.layout()).write(update, payload);
    return SEAL_BYTES + payload.position() + Math.round(countShare * countBytes());
  }

  private void fill(SparseUpdate update, int piece, double share, double multiples) {
    if (share <= 0) {
      return;
    }
    int length = update.layout().length(piece);
    long index = gap(share);
    while (index < length) {
      int k = random.nextDouble() < multiples ? 2 : 1;
      update.add(piece, (int) index, random.nextBoolean() ? k : -k);
      index += 1 + gap(share);
    }
  }

  private long gap(double share) {
    return share >= 1 ? 0 : (long) (Math.log(1 - random.nextDouble()) / Math.log1p(-share));
  }

  private long countBytes() {
    long[] counts = new long[layout.blockCount()];
    for (int block = 0; block < counts.length; block++) {
      counts[block] = layout.length(block) / 100;
    }
    ByteBuffer bytes = buffer(BlockCounts.MAX_BYTES * counts.length);
    BlockCounts.write(counts, bytes);
    return bytes.position();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
