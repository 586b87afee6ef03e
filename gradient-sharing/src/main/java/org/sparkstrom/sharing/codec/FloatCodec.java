// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/** Whole updates as floats of some width, which are added up in float64. */
public sealed interface FloatCodec permits DenseCodec, Float16Codec {

  /**
   * Writes an update.
   *
   * @param update float32 [parameterCount]; not changed
   * @param payload little-endian, with {@link BlockLayout#maxPayloadBytes()} remaining
   * @throws NonFiniteUpdateException if an entry is NaN or infinite
   */
  void encode(float[] update, ByteBuffer payload);

  /**
   * Adds one encoded update, in a second pass over bytes that have passed all checks in a first.
   *
   * @param payload little-endian, from position to limit; consumed
   * @param sums float64 [parameterCount], added to
   * @throws CorruptPayloadException if the bytes are not an update of this layout; nothing has been
   *     added then
   */
  void addTo(ByteBuffer payload, double[] sums) throws CorruptPayloadException;

  /** A copy of what was produced and not yet sent, float32 [parameterCount]. */
  float[] residual();
}
