// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Writes sparse updates as bytes and reads them again; docs/WIRE_FORMAT.md has the layout.
 *
 * <p>Each block takes the shorter of two formats, by exact size: {@link RiceFormat} for few
 * entries, {@link TernaryFormat} for many. The choice depends on the entries alone, so that all
 * replicas make the same one. Neither direction allocates once its buffers have grown.
 *
 * <p>The bytes to read are untrusted. A reader allocates no more entries than the payload's bytes
 * can hold, and the update is complete and valid or an exception was thrown.
 *
 * <p>Not thread-safe.
 */
public final class SparseCodec {
  private final BlockLayout layout;
  private final BitWriter bitWriter = new BitWriter();
  private final BitReader bitReader = new BitReader();
  private final RiceReader riceReader = new RiceReader();

  /** Works on updates of that layout. */
  public SparseCodec(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
  }

  /**
   * Writes an update.
   *
   * @param payload little-endian, with {@link BlockLayout#maxPayloadBytes()} remaining; its
   *     position moves behind the payload
   */
  public void write(SparseUpdate update, ByteBuffer payload) {
    requireLayout(update);
    for (int block = 0; block < layout.blockCount(); block++) {
      if (!layout.isFrozen(block)) {
        writeBlock(update.block(block), update.exponent(block), payload);
      }
    }
  }

  /**
   * Reads an update.
   *
   * @param payload little-endian, from position to limit; consumed
   * @param out what it held is replaced; undefined after an exception
   * @throws CorruptPayloadException if the bytes are not an update of this layout
   */
  public void read(ByteBuffer payload, SparseUpdate out) throws CorruptPayloadException {
    requireLayout(out);
    for (int block = 0; block < layout.blockCount(); block++) {
      out.block(block).clear();
      if (!layout.isFrozen(block)) {
        readBlock(payload, block, out);
      }
    }
    BlockHeader.requireEnd(payload);
  }

  private void writeBlock(BlockEntries entries, int exponent, ByteBuffer payload) {
    if (entries.count() == 0) {
      BlockHeader.putEmpty(payload);
      return;
    }
    int multiples = Multiples.count(entries);
    long tailBytes = multiples == 0 ? 0 : Multiples.sizeBytes(entries, multiples);
    long riceBytes = RiceFormat.sizeBytes(entries);
    long ternaryBytes = TernaryFormat.sizeBytes(entries.blockLength());
    int flag = multiples == 0 ? 0 : BlockHeader.MULTIPLES;
    if (riceBytes <= ternaryBytes) {
      BlockHeader.put(
          payload, BlockHeader.RICE | flag, exponent, Math.toIntExact(riceBytes + tailBytes));
      RiceFormat.write(entries, payload, bitWriter);
    } else {
      BlockHeader.put(
          payload, BlockHeader.TERNARY | flag, exponent, Math.toIntExact(ternaryBytes + tailBytes));
      TernaryFormat.write(entries, payload);
    }
    if (multiples > 0) {
      Multiples.write(entries, multiples, payload, bitWriter);
    }
  }

  private void readBlock(ByteBuffer payload, int block, SparseUpdate out)
      throws CorruptPayloadException {
    int tag = BlockHeader.tag(payload, block);
    if (tag == BlockHeader.EMPTY) {
      payload.position(payload.position() + 1);
      return;
    }
    int exponent = BlockHeader.exponent(payload, block);
    if (exponent != Threshold.clampExponent(exponent)) {
      throw new CorruptPayloadException(
          "block " + block + " has threshold exponent " + exponent + ", which is out of range");
    }
    out.exponent(block, exponent);
    int end = BlockHeader.skip(payload, block);
    BlockEntries entries = out.block(block);
    switch (tag & ~BlockHeader.MULTIPLES) {
      case BlockHeader.RICE -> riceReader.read(payload, end, entries);
      case BlockHeader.TERNARY -> TernaryFormat.read(payload, end, entries);
      default ->
          throw new CorruptPayloadException(
              "block " + block + " has format tag " + tag + ", which is no threshold format");
    }
    if ((tag & BlockHeader.MULTIPLES) != 0) {
      Multiples.read(payload, end, entries, bitReader);
    }
    BlockHeader.requireBlockEnd(payload, end, block);
  }

  private void requireLayout(SparseUpdate update) {
    if (!update.layout().equals(layout)) {
      throw new IllegalArgumentException(
          "an update must have the layout " + layout + ", but has " + update.layout());
    }
  }
}
