// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One side of the drift of texts: between which bounds the share of each value lies, by a list of
 * top values. It is here because lists are cut off: a value that is absent may have any count up to
 * the list's last, so that the PSI of two lists is known only by a lower bound.
 *
 * <p>The bound is the greater one of two. The first takes each value for itself, with shares as
 * near to each other as they can be. The second takes the values of only one list together: by the
 * log-sum inequality a PSI does not grow by that, and all values absent from a list have at most
 * the share that its entries leave.
 */
final class TextDrift {
  /** Between which bounds a share lies. */
  private record Share(double least, double most) {
    Share(long least, long most, ColumnCounts counts) {
      this(Math.max(0, least) / (double) counts.rows(), Math.max(0, most) / (double) counts.rows());
    }
  }

  private final Map<String, Share> listed = new HashMap<>();
  private final Share nulls;
  private final Share unlisted; // all that are absent
  private final double absent; // one that is absent, at most

  private TextDrift(ColumnCounts counts, TopValues top) {
    long least = counts.rows() - counts.nulls();
    long most = least;
    long last = Long.MAX_VALUE;
    for (TopValues.Entry entry : top.entries()) {
      listed.put(entry.value(), new Share(entry.atLeast(), entry.count(), counts));
      least -= entry.count();
      most -= entry.atLeast();
      last = Math.min(last, entry.count());
    }
    nulls = new Share(counts.nulls(), counts.nulls(), counts);
    unlisted = top.complete() ? new Share(0, 0) : new Share(least, most, counts);
    absent = top.complete() ? 0 : Math.min(unlisted.most(), last / (double) counts.rows());
  }

  /** The least PSI that two columns with rows and with lists of top values can have. */
  static double leastPsi(ColumnAnalysis earlier, ColumnAnalysis now) {
    TextDrift e = new TextDrift(earlier.counts(), earlier.topValues().orElseThrow());
    TextDrift a = new TextDrift(now.counts(), now.topValues().orElseThrow());
    Set<String> onlyEarlier = new TreeSet<>(e.listed.keySet());
    onlyEarlier.removeAll(a.listed.keySet());
    Set<String> onlyNow = new TreeSet<>(a.listed.keySet());
    onlyNow.removeAll(e.listed.keySet());
    Set<String> both = new TreeSet<>(e.listed.keySet());
    both.retainAll(a.listed.keySet());

    double psi = least(e.nulls, a.nulls) + least(e.others(onlyNow), a.others(onlyEarlier));
    psi += e.leastOneByOne(a, both);
    double alone = e.leastOneByOne(a, onlyEarlier) + e.leastOneByOne(a, onlyNow);
    double together =
        least(e.sumOfListed(onlyEarlier), a.sumOfAbsent(onlyEarlier))
            + least(e.sumOfAbsent(onlyNow), a.sumOfListed(onlyNow));
    return psi + Math.max(alone, together);
  }

  private double leastOneByOne(TextDrift now, Set<String> values) {
    return values.stream().mapToDouble(value -> least(share(value), now.share(value))).sum();
  }

  private Share share(String value) {
    return listed.getOrDefault(value, new Share(0, absent));
  }

  /** The values that are in neither list, where these are absent only from this one. */
  private Share others(Set<String> absentHere) {
    double most = absentHere.size() * absent;
    return new Share(Math.max(0, unlisted.least() - most), unlisted.most());
  }

  /** The sum of shares that count as {@link DriftReport#LEAST_SHARE} each at least. */
  private Share sumOfListed(Set<String> values) {
    return new Share(
        values.stream().mapToDouble(value -> floored(share(value).least())).sum(),
        values.stream().mapToDouble(value -> floored(share(value).most())).sum());
  }

  private Share sumOfAbsent(Set<String> values) {
    double floor = values.size() * DriftReport.LEAST_SHARE;
    return new Share(floor, Math.min(values.size() * floored(absent), floor + unlisted.most()));
  }

  private static double floored(double share) {
    return Math.max(share, DriftReport.LEAST_SHARE);
  }

  /** A bin's part of the PSI for the two shares that are nearest to each other. */
  private static double least(Share before, Share now) {
    if (now.least() > before.most()) {
      return DriftReport.part(before.most(), now.least());
    }
    return before.least() > now.most() ? DriftReport.part(before.least(), now.most()) : 0;
  }
}
