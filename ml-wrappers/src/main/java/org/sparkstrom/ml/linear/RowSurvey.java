// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** What the rows are like, found in one pass before any training. */
public final class RowSurvey {
  private final int classes;
  private final int features;
  private final double weight;

  private RowSurvey(int classes, int features, double weight) {
    this.classes = classes;
    this.features = features;
    this.weight = weight;
  }

  /** Facts of a partition; a class and no record, as it is a task's result. */
  private static final class Facts implements Serializable {
    private static final long serialVersionUID = 1L;

    private int maxLabel = -1;
    private int minFeatures = Integer.MAX_VALUE;
    private int maxFeatures = -1;
    private double weight;
  }

  /**
   * Looks at all rows.
   *
   * @throws IllegalArgumentException if there are none, all weigh 0, or their lengths differ
   */
  public static RowSurvey of(JavaRDD<LinearRow> rows) {
    List<Facts> parts = rows.mapPartitions(part -> List.of(facts(part)).iterator()).collect();
    int maxLabel = -1;
    int min = Integer.MAX_VALUE;
    int max = -1;
    double weight = 0;
    for (Facts part : parts) { // in the order of partitions
      maxLabel = Math.max(maxLabel, part.maxLabel);
      min = Math.min(min, part.minFeatures);
      max = Math.max(max, part.maxFeatures);
      weight += part.weight;
    }
    if (!(weight > 0)) {
      throw new IllegalArgumentException(
          "there must be rows with a weight above 0 to train on, but there are none; check filters and weightCol");
    }
    if (max < 0) {
      throw new IllegalArgumentException(
          "there must be rows with features to train on, but there are none; check the features column");
    }
    if (min != max) {
      throw new IllegalArgumentException(
          "all rows must have the same number of features, but there are rows of %d and of %d"
              .formatted(min, max));
    }
    return new RowSurvey(maxLabel + 1, max, weight);
  }

  private static Facts facts(Iterator<LinearRow> rows) {
    Facts facts = new Facts();
    while (rows.hasNext()) {
      LinearRow row = rows.next();
      facts.maxLabel = Math.max(facts.maxLabel, row.label());
      if (row.size() > 0) { // one whose features are null and count as 0 has no size
        facts.minFeatures = Math.min(facts.minFeatures, row.size());
        facts.maxFeatures = Math.max(facts.maxFeatures, row.size());
      }
      facts.weight += row.weight();
    }
    return facts;
  }

  /** One more than the highest label. */
  public int classes() {
    return classes;
  }

  /** Number of features of each row. */
  public int features() {
    return features;
  }

  /** The sum of the rows' weights. */
  public double weight() {
    return weight;
  }
}
