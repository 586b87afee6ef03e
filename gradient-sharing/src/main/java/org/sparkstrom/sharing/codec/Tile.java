// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;
import java.util.Objects;

/**
 * Adds a piece of an update to its residual and finds the entries that reach the threshold.
 *
 * <p>A loop that adds, compares and branches is not one that the JIT compiler makes SIMD
 * instructions of: it does so for loops without a branch that access all arrays of a type at the
 * same index, or constants apart. So each step here is such a loop: add; and fold eight rows of the
 * piece into marks, which stand in the place of the first row for a while. Then {@link
 * Arrays#mismatch}, which the compiler knows, finds the columns with a mark, and only these are
 * looked at one by one.
 *
 * <p>The mark of a column is b + r^2 + r'^2 + ..., summed in this order in float32 with fused
 * multiply-add, so that no square is rounded; b is an odd multiple of 2 tau^2, so large that the
 * next number is b + 2 tau^2. A square below tau^2 leaves the sum as it is; tau^2 itself is
 * halfway, and is rounded to the even neighbour, which is the one above b; NaN remains NaN. So the
 * mark is b if none of the column reaches tau, and more, or NaN, if one does. Where {@link
 * Math#fma} is no instruction it is b + |r| + |r'| + ..., with tau in place of tau^2, which is
 * slower.
 *
 * <p>Not thread-safe.
 */
final class Tile {
  /** Entries of a piece, 40 KiB with the update's. Fewer were slower, more no faster. */
  static final int LENGTH = 5120;

  private static final int ROWS = 8;
  private static final int COLUMNS = LENGTH / ROWS;
  private static final float BIAS = 2f * ((1 << 23) + 1); // in tau^2, or tau
  private static final int MAGNITUDE = Integer.MAX_VALUE; // the bits of |x| among those of x

  private final boolean fused;
  private final float[] firstRow = new float[COLUMNS];
  private final float[] unmarked = new float[COLUMNS];
  private final int[] columns = new int[COLUMNS];
  private final int[] found = new int[LENGTH];
  private float tau;
  private float bias;

  Tile() {
    this(FusedMultiplyAdd.IS_INSTRUCTION);
  }

  Tile(boolean fused) {
    this.fused = fused;
  }

  /** Sets the threshold of the pieces that follow, a power of two. */
  void threshold(float threshold) {
    if (tau != threshold) {
      tau = threshold;
      bias = fused ? BIAS * tau * tau : BIAS * tau;
      Arrays.fill(unmarked, bias);
    }
  }

  /**
   * Adds the piece of {@link #LENGTH} entries that starts there.
   *
   * @return how many entries of {@link #found} reach the threshold, or are NaN
   */
  int add(float[] residual, float[] update, int from) {
    addUpdate(residual, update, from);
    System.arraycopy(residual, from, firstRow, 0, COLUMNS);
    if (fused) {
      foldSquares(residual, withoutOverflow(from), bias);
    } else {
      foldMagnitudes(residual, withoutOverflow(from), bias);
    }
    int columnCount = findMarked(residual, from);
    System.arraycopy(firstRow, 0, residual, from, COLUMNS);
    return find(residual, from, columnCount);
  }

  /** Indices of the residual, ascending. */
  int[] found() {
    return found;
  }

  private static void addUpdate(float[] residual, float[] update, int from) {
    for (int i = from; i < from + LENGTH; i++) {
      residual[i] += update[i];
    }
  }

  /**
   * Returns its argument, of which the compiler then knows that no index of the piece overflows.
   * Only so does it see that the rows are constants apart.
   */
  private static int withoutOverflow(int from) {
    return Objects.checkIndex(from, Integer.MAX_VALUE - LENGTH);
  }

  private static void foldSquares(float[] values, int from, float bias) {
    for (int i = from; i < from + COLUMNS; i++) {
      float mark = addSquare(bias, values[i]);
      mark = addSquare(mark, values[i + COLUMNS]);
      mark = addSquare(mark, values[i + 2 * COLUMNS]);
      mark = addSquare(mark, values[i + 3 * COLUMNS]);
      mark = addSquare(mark, values[i + 4 * COLUMNS]);
      mark = addSquare(mark, values[i + 5 * COLUMNS]);
      mark = addSquare(mark, values[i + 6 * COLUMNS]);
      values[i] = addSquare(mark, values[i + 7 * COLUMNS]);
    }
  }

  private static float addSquare(float mark, float value) {
    return Math.fma(value, value, mark);
  }

  private static void foldMagnitudes(float[] values, int from, float bias) {
    for (int i = from; i < from + COLUMNS; i++) {
      float mark = bias + Math.abs(values[i]);
      mark += Math.abs(values[i + COLUMNS]);
      mark += Math.abs(values[i + 2 * COLUMNS]);
      mark += Math.abs(values[i + 3 * COLUMNS]);
      mark += Math.abs(values[i + 4 * COLUMNS]);
      mark += Math.abs(values[i + 5 * COLUMNS]);
      mark += Math.abs(values[i + 6 * COLUMNS]);
      values[i] = mark + Math.abs(values[i + 7 * COLUMNS]);
    }
  }

  private int findMarked(float[] residual, int from) {
    int count = 0;
    int column = 0;
    while (column < COLUMNS) {
      int unequal =
          Arrays.mismatch(residual, from + column, from + COLUMNS, unmarked, column, COLUMNS);
      if (unequal < 0) {
        break;
      }
      column += unequal;
      columns[count++] = column++;
    }
    return count;
  }

  /** Without a branch that depends on an entry, as the CPU could not foresee it. */
  private int find(float[] residual, int from, int columnCount) {
    int below = Float.floatToRawIntBits(tau) - 1;
    int count = 0;
    for (int row = from; row < from + LENGTH; row += COLUMNS) {
      for (int c = 0; c < columnCount; c++) {
        int i = row + columns[c];
        found[count] = i;
        count += (below - (Float.floatToRawIntBits(residual[i]) & MAGNITUDE)) >>> 31;
      }
    }
    return count;
  }
}
