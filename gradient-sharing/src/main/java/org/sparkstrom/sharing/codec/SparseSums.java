// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;
import java.util.Objects;

/**
 * Sums of the multiplicities of several workers' updates.
 *
 * <p>It remembers where sums were changed, so that taking them out costs a pass over memory that
 * only writes zeros, and little for each entry. A block in which more than one of {@value
 * #DENSE_SHARE} places was changed is computed as a whole, which is faster then. Both ways give the
 * same bits. Not thread-safe; blocks grow their lists to that share at most.
 */
public final class SparseSums {
  private static final int DENSE_SHARE = 16;
  private static final int DENSE = -1;

  private final BlockLayout layout;
  private final int[] sums;
  private final int[][] places; // by block: the index within it of each change
  private final int[] placeCounts; // by block, or DENSE

  /** Sums of zero. */
  public SparseSums(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.sums = new int[layout.parameterCount()];
    this.places = new int[layout.blockCount()][0];
    this.placeCounts = new int[layout.blockCount()];
  }

  /** Adds the multiplicities of an update of the same layout. */
  public void add(SparseUpdate update) {
    for (int block = 0; block < places.length; block++) {
      BlockEntries entries = update.block(block);
      entries.addTo(sums, layout.offset(block));
      remember(block, entries);
    }
  }

  private void remember(int block, BlockEntries entries) {
    int known = placeCounts[block];
    if (known == DENSE) {
      return;
    }
    int all = known + entries.count();
    int most = layout.length(block) / DENSE_SHARE;
    if (all > most) {
      placeCounts[block] = DENSE;
      return;
    }
    if (all > places[block].length) {
      places[block] = Arrays.copyOf(places[block], Math.min(most, 2 * all));
    }
    System.arraycopy(entries.indices(), 0, places[block], known, entries.count());
    placeCounts[block] = all;
  }

  /**
   * Writes a block's sums, each times the step and rounded to float32, to their places in a flat
   * update, and sets them to zero.
   */
  public void take(int block, double step, float[] update) {
    int offset = layout.offset(block);
    int end = offset + layout.length(block);
    if (placeCounts[block] == DENSE) {
      for (int i = offset; i < end; i++) {
        update[i] = (float) (step * sums[i]);
      }
      Arrays.fill(sums, offset, end, 0);
    } else {
      Arrays.fill(update, offset, end, 0);
      for (int place = 0; place < placeCounts[block]; place++) {
        int i = offset + places[block][place];
        if (sums[i] != 0) { // else two changes have cancelled, or it is taken already
          update[i] = (float) (step * sums[i]);
          sums[i] = 0;
        }
      }
    }
    placeCounts[block] = 0;
  }
}
