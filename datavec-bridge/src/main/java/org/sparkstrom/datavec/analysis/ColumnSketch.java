// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.datasketches.ArrayOfStringsSerDe;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllDoublesSketchIterator;
import org.apache.datasketches.memory.Memory;

/**
 * What one pass keeps of a column: counts, power sums and three sketches, mergeable and of bounded
 * size, whatever the number of rows. The one class that touches DataSketches. Not thread-safe.
 *
 * <p>A sketch that the plan does not want stays empty and costs nothing.
 */
final class ColumnSketch {
  /** Longer texts are counted under their beginning, so that the size is bounded. */
  static final int LONGEST_TEXT = 128;

  private static final int LG_DISTINCT = 12; // standard error 1.6%, at most 2.5 KiB
  private static final int STANDARD_ERRORS = 2;
  private static final ArrayOfStringsSerDe STRINGS = new ArrayOfStringsSerDe();

  private final ValueKind kind;
  private final AnalysisPlan plan;
  private final boolean wantsQuantiles;
  private final Counters counters = new Counters();
  private PowerSums sums = new PowerSums();
  private KllDoublesSketch quantiles;
  private HllSketch distinct = new HllSketch(LG_DISTINCT);
  private ItemsSketch<String> items;

  ColumnSketch(ValueKind kind, AnalysisPlan plan) {
    this.kind = kind;
    this.plan = plan;
    this.wantsQuantiles =
        kind != ValueKind.BOOLEAN
            && (plan.wants(Statistic.QUANTILES) || plan.wants(Statistic.HISTOGRAM));
    this.quantiles = KllDoublesSketch.newHeapInstance(plan.sketchSize());
    this.items = new ItemsSketch<>(mapSize(plan.topValues()));
  }

  /** A power of two so large that the wanted values stand far above the sketch's error. */
  private static int mapSize(int topValues) {
    return Math.max(1024, Integer.highestOneBit(16 * topValues));
  }

  /** Takes in a cell; null is counted. */
  void add(Object cell) {
    counters.rows++;
    if (cell == null) {
      counters.nulls++;
      return;
    }
    if (plan.wants(Statistic.DISTINCT)) {
      countDistinct(cell);
    }
    if (plan.wants(Statistic.TOP_VALUES)) {
      items.update(text(cell));
    }
    double number = kind.number(cell);
    if (Double.isNaN(number)) {
      counters.nans++;
    } else if (Double.isInfinite(number)) {
      counters.infinities++;
    } else {
      counters.addFinite(number);
      if (plan.wants(Statistic.MOMENTS)) {
        sums.add(number);
      }
      if (wantsQuantiles) {
        quantiles.update(number);
      }
    }
  }

  private void countDistinct(Object cell) {
    if (cell instanceof Double || cell instanceof Float) { // of -0.0 and 0.0 the sketch makes one
      distinct.update(((Number) cell).doubleValue());
    } else if (cell instanceof Number number && !(cell instanceof BigDecimal)) {
      distinct.update(number.longValue());
    } else {
      distinct.update("=" + kind.text(cell)); // the sketch would pass over an empty text
    }
  }

  private String text(Object cell) {
    String text = kind.text(cell);
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }

  /** Whether a told text stands for a longer one. */
  static boolean isCut(String told) {
    return told.length() > LONGEST_TEXT;
  }

  /** Takes in all that the other one, of the same column and plan, has seen. */
  void merge(ColumnSketch other) {
    counters.merge(other.counters);
    sums.merge(other.sums);
    quantiles.merge(other.quantiles);
    Union union = new Union(LG_DISTINCT);
    union.update(distinct);
    union.update(other.distinct);
    distinct = union.getResult();
    items.merge(other.items);
  }

  /** Rows seen, with nulls. */
  long rows() {
    return counters.rows;
  }

  /** What a user is told of the column. */
  ColumnAnalysis finish(String name, String type) {
    Optional<Distribution> distribution = distribution();
    return new ColumnAnalysis(
        name,
        type,
        kind,
        counters.toCounts(),
        sums.count() > 0 ? Optional.of(ColumnMoments.of(sums)) : Optional.empty(),
        distribution.filter(d -> plan.wants(Statistic.QUANTILES)),
        distribution
            .filter(d -> plan.wants(Statistic.HISTOGRAM))
            .map(d -> d.histogram(plan.histogramBins())),
        plan.wants(Statistic.DISTINCT) ? Optional.of(distinctCount()) : Optional.empty(),
        plan.wants(Statistic.TOP_VALUES) ? Optional.of(topValues()) : Optional.empty());
  }

  private DistinctCount distinctCount() {
    return new DistinctCount(
        Math.round(distinct.getEstimate()),
        (long) Math.floor(distinct.getLowerBound(STANDARD_ERRORS)),
        (long) Math.ceil(distinct.getUpperBound(STANDARD_ERRORS)));
  }

  private Optional<Distribution> distribution() {
    if (quantiles.isEmpty()) {
      return Optional.empty();
    }
    Map<Double, Long> kept = new TreeMap<>();
    KllDoublesSketchIterator entries = quantiles.iterator();
    while (entries.next()) {
      kept.merge(entries.getValue() + 0.0, entries.getWeight(), Long::sum); // -0.0 becomes 0.0
    }
    return Optional.of(
        new Distribution(
            List.copyOf(kept.keySet()),
            List.copyOf(kept.values()),
            counters.min + 0.0,
            counters.max + 0.0,
            quantiles.isEstimationMode() ? quantiles.getNormalizedRankError(true) : 0));
  }

  private TopValues topValues() {
    List<TopValues.Entry> top =
        Arrays.stream(items.getFrequentItems(ErrorType.NO_FALSE_NEGATIVES))
            .map(row -> new TopValues.Entry(row.getItem(), row.getEstimate(), row.getLowerBound()))
            .sorted(
                Comparator.comparingLong(TopValues.Entry::count)
                    .reversed()
                    .thenComparing(TopValues.Entry::value))
            .limit(plan.topValues())
            .toList();
    boolean all = items.getMaximumError() == 0 && top.size() == items.getNumActiveItems();
    return new TopValues(new ArrayList<>(top), all);
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      counters.write(out);
      sums.write(out);
      writeBytes(out, quantiles.toByteArray());
      writeBytes(out, distinct.toCompactByteArray());
      writeBytes(out, items.toByteArray(STRINGS));
    }
    return bytes.toByteArray();
  }

  static ColumnSketch fromBytes(byte[] bytes, ValueKind kind, AnalysisPlan plan)
      throws IOException {
    ColumnSketch sketch = new ColumnSketch(kind, plan);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      sketch.counters.read(in);
      sketch.sums = PowerSums.read(in);
      sketch.quantiles = KllDoublesSketch.heapify(readBytes(in));
      sketch.distinct = HllSketch.heapify(readBytes(in));
      sketch.items = ItemsSketch.getInstance(readBytes(in), STRINGS);
    }
    return sketch;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Memory readBytes(DataInputStream in) throws IOException {
    return Memory.wrap(in.readNBytes(in.readInt()));
  }

  /** Plain counters, and the bounds. */
  private static final class Counters {
    private long rows;
    private long nulls;
    private long nans;
    private long infinities;
    private long zeros;
    private long negatives;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    void addFinite(double number) {
      zeros += number == 0 ? 1 : 0;
      negatives += number < 0 ? 1 : 0;
      min = Math.min(min, number);
      max = Math.max(max, number);
    }

    void merge(Counters other) {
      rows += other.rows;
      nulls += other.nulls;
      nans += other.nans;
      infinities += other.infinities;
      zeros += other.zeros;
      negatives += other.negatives;
      min = Math.min(min, other.min);
      max = Math.max(max, other.max);
    }

    ColumnCounts toCounts() {
      boolean any = min <= max;
      return new ColumnCounts(
          rows, nulls, nans, infinities, zeros, negatives, any ? min : null, any ? max : null);
    }

    void write(DataOutputStream out) throws IOException {
      for (long value : new long[] {rows, nulls, nans, infinities, zeros, negatives}) {
        out.writeLong(value);
      }
      out.writeDouble(min);
      out.writeDouble(max);
    }

    void read(DataInputStream in) throws IOException {
      rows = in.readLong();
      nulls = in.readLong();
      nans = in.readLong();
      infinities = in.readLong();
      zeros = in.readLong();
      negatives = in.readLong();
      min = in.readDouble();
      max = in.readDouble();
    }
  }
}
