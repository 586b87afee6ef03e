// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

/**
 * An update, or its sum with the residual, holds NaN or an infinity: training has diverged.
 *
 * <p>Such an entry cannot be sent and would stay in the residual for ever, so it ends the exchange.
 */
public final class NonFiniteUpdateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NonFiniteUpdateException(int block, int index, float value) {
    super(
        "an update must be finite, but entry "
            + index
            + " of block "
            + block
            + " is "
            + value
            + "; training has diverged: lower the learning rate or clip gradients");
  }
}
