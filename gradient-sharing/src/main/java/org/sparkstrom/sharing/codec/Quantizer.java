// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

/** In what form an update travels. */
public enum Quantizer {
  /** Whole, as float32: the dense reference. */
  NONE(0),

  /** As whole multiples of a threshold; what is below it waits in the residual. */
  THRESHOLD(1),

  /** Whole, as float16 under one scale a block; what rounding takes off waits in the residual. */
  FLOAT16(2),

  /**
   * FLOAT16 or THRESHOLD: each is tried in the first rounds, and all workers go on with THRESHOLD
   * if it makes a step at least 5% shorter, else with FLOAT16.
   */
  AUTO(3);

  private final int code;

  Quantizer(int code) {
    this.code = code;
  }

  /** The number that stands for this quantizer in a frame. */
  public int code() {
    return code;
  }

  /**
   * The quantizer that a number stands for.
   *
   * @throws IllegalArgumentException if it stands for none
   */
  public static Quantizer ofCode(int code) {
    for (Quantizer quantizer : values()) {
      if (quantizer.code == code) {
        return quantizer;
      }
    }
    throw new IllegalArgumentException("no quantizer has the code " + code);
  }
}
