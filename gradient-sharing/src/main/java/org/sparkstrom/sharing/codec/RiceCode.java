// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Gaps between entries in the code of R. F. Rice, "Some practical universal noiseless coding
 * techniques" (1979), a Golomb code whose divisor is a power of two.
 *
 * <p>A gap g is written as g >> b zeros and a one, then the b lowest bits of g. For gaps between
 * independent entries of density p, which are geometric, it takes about 0.03 bit more than their
 * entropy at the best b.
 */
final class RiceCode {
  static final int MAX_PARAMETER = 30;

  private static final double TWICE_LN_GOLDEN_RATIO = 0.9624236501192069;

  private RiceCode() {}

  /**
   * The b that suits gaps of that sum, from their mean alone so that one pass over the entries is
   * spared.
   *
   * @param sum of all gaps
   * @param count number of gaps, not 0
   */
  static int parameter(long sum, int count) {
    // With x = 2^b / mean a geometric gap takes b + 1 + 1 / (e^x - 1) bits. One bit more pays while
    // e^x / (e^2x - 1) > 1, that is while e^x is below the golden ratio.
    double mean = (sum + 0.5 * count) / count;
    int exponent = Math.getExponent(TWICE_LN_GOLDEN_RATIO * mean);
    return Math.max(0, Math.min(MAX_PARAMETER, exponent));
  }

  static void put(BitWriter bits, int gap, int parameter) {
    bits.putUnary(gap >> parameter);
    bits.put(gap & ((1L << parameter) - 1), parameter);
  }

  /** A gap, which must be below {@code limit}. */
  static long take(BitReader bits, int parameter, int limit) throws CorruptPayloadException {
    long high = bits.takeUnary(limit >> parameter);
    return high << parameter | bits.take(parameter);
  }

  static int takeParameter(ByteBuffer in, int end) throws CorruptPayloadException {
    if (in.position() >= end) {
      throw new CorruptPayloadException("a Rice parameter is cut off by the end of its block");
    }
    int parameter = in.get();
    if (parameter < 0 || parameter > MAX_PARAMETER) {
      throw new CorruptPayloadException(
          "a Rice parameter must be in [0, " + MAX_PARAMETER + "], but is " + parameter);
    }
    return parameter;
  }

  static long bytes(long bits) {
    return (bits + 7) >> 3;
  }
}
