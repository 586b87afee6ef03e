// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Objects;

/**
 * A range of a flat update, cut where blocks begin: piece p belongs to block {@code firstBlock + p}
 * of the whole.
 *
 * @param layout the pieces
 * @param firstBlock the block of the first piece
 * @param start place of the first entry in the whole
 */
public record LayoutSlice(BlockLayout layout, int firstBlock, int start) {

  public LayoutSlice {
    Objects.requireNonNull(layout, "layout");
  }

  /** The place behind the last entry. */
  public int end() {
    return start + layout.parameterCount();
  }
}
