// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.List;

/**
 * The most frequent values of a column, by a frequent-items sketch (D. Anderson et al., "A
 * high-performance algorithm for identifying frequent items in data streams", 2017).
 *
 * @param entries by falling count
 * @param complete whether these are all values that there are, with exact counts
 */
public record TopValues(List<Entry> entries, boolean complete) {
  /**
   * A value as text; one of more than 128 characters by its first 128 and "…".
   *
   * @param value the text
   * @param count rows with it, at most
   * @param atLeast rows with it, at least; equal to count where the sketch was exact
   */
  public record Entry(String value, long count, long atLeast) {}

  /** Keeps the entries from changing. */
  public TopValues {
    entries = List.copyOf(entries);
  }
}
