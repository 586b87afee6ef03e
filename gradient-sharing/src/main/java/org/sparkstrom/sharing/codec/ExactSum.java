// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.math.BigInteger;

/**
 * A sum of numbers without any rounding, in units of 2^-149, the smallest float32.
 *
 * <p>The small superaccumulator of R. M. Neal, "Fast exact summation using small and large
 * superaccumulators" (2015), for float32 alone: the significand is added to one of a few 64-bit
 * chunks that overlap by 32 bits, and carries wait until the value is asked for.
 */
final class ExactSum {
  private static final int CHUNK_BITS = 32;
  private static final int CHUNKS = 10;
  private static final int UNIT_EXPONENT = -149;
  private static final int MANTISSA_BITS = 23;

  /** As many additions of 24 bits, shifted by up to 31, fit a chunk without a carry. */
  private static final int MAX_ADDITIONS = 128;

  private final long[] chunks = new long[CHUNKS];
  private BigInteger carried = BigInteger.ZERO;
  private int additions;

  /** Adds a finite number. */
  void add(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = bits >>> MANTISSA_BITS & 0xff;
    long significand = bits & ((1 << MANTISSA_BITS) - 1);
    if (exponent > 0) {
      significand |= 1 << MANTISSA_BITS;
      exponent--;
    }
    long shifted = significand << (exponent % CHUNK_BITS);
    chunks[exponent / CHUNK_BITS] += bits < 0 ? -shifted : shifted;
    if (++additions == MAX_ADDITIONS) {
      carry();
    }
  }

  /** Adds {@code count} times 2 to the power {@code exponent}. */
  void addProduct(long count, int exponent) {
    carried = carried.add(BigInteger.valueOf(count).shiftLeft(exponent - UNIT_EXPONENT));
  }

  /** The sum in units of 2^-149. */
  BigInteger value() {
    carry();
    return carried;
  }

  private void carry() {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (chunks[chunk] != 0) {
        carried = carried.add(BigInteger.valueOf(chunks[chunk]).shiftLeft(chunk * CHUNK_BITS));
        chunks[chunk] = 0;
      }
    }
    additions = 0;
  }
}
