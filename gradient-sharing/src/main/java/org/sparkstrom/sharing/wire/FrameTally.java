// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** Counts received frames by verdict. Not thread-safe. */
public final class FrameTally {
  private final Map<FrameVerdict, Long> counts = new EnumMap<>(FrameVerdict.class);

  void add(FrameVerdict verdict) {
    counts.merge(verdict, 1L, Long::sum);
  }

  /** Frames with this verdict. */
  public long count(FrameVerdict verdict) {
    return counts.getOrDefault(verdict, 0L);
  }

  /** Frames dropped, for whatever reason. */
  public long rejected() {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return all - count(FrameVerdict.ACCEPTED);
  }

  /** The reasons that occurred with their counts, or "none". */
  public String describeRejected() {
    StringJoiner joiner = new StringJoiner(", ").setEmptyValue("none");
    counts.forEach(
        (verdict, count) -> {
          if (verdict != FrameVerdict.ACCEPTED) {
            joiner.add(verdict + "=" + count);
          }
        });
    return joiner.toString();
  }
}
