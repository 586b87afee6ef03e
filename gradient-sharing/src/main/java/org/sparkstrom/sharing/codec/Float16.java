// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

/**
 * IEEE 754 binary16, which Java has since release 20 only.
 *
 * <p>Conversions are exact or round to the nearest, ties to even.
 */
final class Float16 {
  /** The largest finite value. */
  static final float MAX = 65504;

  private static final int SIGN = 0x8000;
  private static final int MANTISSA_SHIFT = 13; // float32 has as many bits more of it
  private static final int BIAS_SHIFT = (127 - 15) << 23;
  private static final int INFINITY = 0x7c00;
  private static final float SMALLEST_NORMAL = 0x1p-14f;

  private Float16() {}

  /** The bits of the nearest value; infinity for what exceeds the largest one. */
  static short of(float value) {
    int sign = Float.floatToRawIntBits(value) >>> Short.SIZE & SIGN;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | INFINITY | 1);
    }
    if (magnitude < SMALLEST_NORMAL) {
      // Added to 2^-1 * 2^... the float32 unit is that of the smallest binary16: addition rounds.
      int bits = Float.floatToRawIntBits(magnitude + 0.5f) - Float.floatToRawIntBits(0.5f);
      return (short) (sign | bits);
    }
    if (magnitude >= MAX + 16) { // half a unit above
      return (short) (sign | INFINITY);
    }
    int bits = Float.floatToRawIntBits(magnitude) - BIAS_SHIFT;
    int odd = bits >>> MANTISSA_SHIFT & 1;
    int rounded = bits + (1 << (MANTISSA_SHIFT - 1)) - 1 + odd;
    return (short) (sign | rounded >>> MANTISSA_SHIFT);
  }

  /** The value of these bits. */
  static float value(short bits) {
    int magnitude = bits & 0x7fff;
    float value;
    if (magnitude >= INFINITY) {
      value = magnitude == INFINITY ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (magnitude < 1 << 10) {
      value = magnitude * 0x1p-24f;
    } else {
      value = Float.intBitsToFloat((magnitude << MANTISSA_SHIFT) + BIAS_SHIFT);
    }
    return bits < 0 ? -value : value;
  }

  /** False for the infinities and for what is no number. */
  static boolean isFinite(short half) {
    return (half & INFINITY) != INFINITY;
  }
}
