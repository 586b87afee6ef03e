// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.math.BigInteger;

/**
 * The books of one worker's quantizer, kept without rounding: what was produced is what was sent,
 * what waits in the residual, and what float32 rounded off in between.
 *
 * <p>It reads every update once more, so it is for tests and audits. The amounts are exact sums
 * over all parameters in units of 2^-149, the smallest float32. Not thread-safe.
 */
public final class MassLedger {
  private final ThresholdQuantizer quantizer;
  private final ExactSum produced = new ExactSum();
  private final ExactSum rounded = new ExactSum();
  private final ExactSum sent = new ExactSum();

  /** Opens the books of a quantizer whose residual is zero. */
  public MassLedger(ThresholdQuantizer quantizer) {
    this.quantizer = quantizer;
  }

  /** Quantizes as the quantizer does, and takes note. */
  public void quantize(float[] update, byte[] exponents, SparseUpdate out) {
    float[] total = quantizer.residual();
    for (int i = 0; i < update.length; i++) {
      produced.add(update[i]);
      total[i] = add(total[i], update[i]);
    }
    quantizer.quantize(update, exponents, out);
    out.forEach(
        (block, parameter, k) -> {
          int exponent = out.exponent(block);
          sent.addProduct(k, exponent);
          add(total[parameter], -k * Threshold.of(exponent));
        });
  }

  /** Sum of all entries of all updates. */
  public BigInteger produced() {
    return produced.value();
  }

  /** Sum of k * tau over all that was sent. */
  public BigInteger sent() {
    return sent.value();
  }

  /** Sum of what is in the residual now. */
  public BigInteger residual() {
    ExactSum sum = new ExactSum();
    for (float r : quantizer.residualArray()) {
      sum.add(r);
    }
    return sum.value();
  }

  /** Sum of what float32 additions have lost to rounding; negative for gains. */
  public BigInteger rounded() {
    return rounded.value();
  }

  /** What the books do not account for; anything but 0 is a defect. */
  public BigInteger unaccounted() {
    return produced().subtract(sent()).subtract(residual()).subtract(rounded());
  }

  /**
   * Adds as float32 does and takes note of the error, which is a float32 itself (O. Møller, "Quasi
   * double-precision in floating point addition", 1965; D. Knuth's two-sum).
   */
  private float add(float a, float b) {
    float sum = a + b;
    float partOfB = sum - a;
    float partOfA = sum - partOfB;
    rounded.add((b - partOfB) + (a - partOfA));
    return sum;
  }
}
