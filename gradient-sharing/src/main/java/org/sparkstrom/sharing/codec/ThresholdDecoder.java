// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Adds the multiplicities of encoded updates to integer sums.
 *
 * <p>The bytes are untrusted. A block changes the sums only after all of it has been checked; a
 * payload that fails in a later block leaves those of the earlier ones added.
 *
 * <p>Not thread-safe.
 */
public final class ThresholdDecoder {
  private final BlockLayout layout;
  private final BlockEntries entries;

  /** Decodes updates of that layout. */
  public ThresholdDecoder(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.entries = new BlockEntries(layout.maxBlockLength());
  }

  /**
   * Adds one encoded update.
   *
   * @param payload little-endian, from position to limit; consumed
   * @param exponents the thresholds that the sender must have used, one a block
   * @param sums int [parameterCount], added to; fewer than 2^11 updates cannot overflow it
   * @param nonZeros one a block, added to: how many entries the update has there
   * @throws CorruptPayloadException if the bytes are not an update of this layout and thresholds
   */
  public void addTo(ByteBuffer payload, byte[] exponents, int[] sums, long[] nonZeros)
      throws CorruptPayloadException {
    for (int block = 0; block < layout.blockCount(); block++) {
      int start = payload.position();
      int lengthBytes = BlockHeader.take(payload, block);
      int end = payload.position() + lengthBytes;
      byte exponent = payload.get(start + BlockHeader.EXPONENT_OFFSET);
      if (exponent != exponents[block]) {
        throw new CorruptPayloadException(
            "block "
                + block
                + " must have threshold exponent "
                + exponents[block]
                + " as every replica, but has "
                + exponent);
      }
      entries.clear();
      read(payload, payload.get(start + BlockHeader.TAG_OFFSET), end, block);
      entries.addTo(sums, layout.offset(block));
      nonZeros[block] += entries.count();
    }
    BlockHeader.requireEnd(payload);
  }

  private void read(ByteBuffer payload, byte tag, int end, int block)
      throws CorruptPayloadException {
    switch (tag) {
      case BlockHeader.EMPTY -> {
        if (payload.position() != end) {
          throw new CorruptPayloadException("block " + block + " is empty, but has bytes");
        }
      }
      case BlockHeader.SPARSE -> SparseFormat.read(payload, end, layout.length(block), entries);
      case BlockHeader.BITMAP -> BitmapFormat.read(payload, end, layout.length(block), entries);
      default ->
          throw new CorruptPayloadException(
              "block " + block + " has format tag " + tag + ", which is no threshold format");
    }
  }

  /** The magnitude that the number {@code magnitude - 2} from the wire stands for. */
  static int magnitude(long lessTwo) throws CorruptPayloadException {
    if (lessTwo > ThresholdEncoder.MAX_MULTIPLICITY - 2) {
      throw new CorruptPayloadException(
          "multiplicity "
              + (lessTwo + 2)
              + " is above the limit of "
              + ThresholdEncoder.MAX_MULTIPLICITY);
    }
    return (int) lessTwo + 2;
  }
}
