// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.stats.BaseEventStats;
import org.deeplearning4j.spark.stats.EventStats;

/** When the fits of a training master began and how long they took, as DL4J shows such figures. */
final class FitTimes implements SparkTrainingStats {
  private static final long serialVersionUID = 1L;

  private static final String FIT = "FitTimesMs";

  private final List<EventStats> fits = new ArrayList<>();

  void add(long startMs, long durationMs) {
    fits.add(new BaseEventStats(startMs, durationMs));
  }

  @Override
  public Set<String> getKeySet() {
    return Set.of(FIT);
  }

  @Override
  public List<EventStats> getValue(String key) {
    requireKnown(key);
    return List.copyOf(fits);
  }

  @Override
  public String getShortNameForKey(String key) {
    requireKnown(key);
    return "Fit";
  }

  private static void requireKnown(String key) {
    if (!key.equals(FIT)) {
      throw new IllegalArgumentException("the key must be %s, but is %s".formatted(FIT, key));
    }
  }

  @Override
  public boolean defaultIncludeInPlots(String key) {
    return true;
  }

  @Override
  public void addOtherTrainingStats(SparkTrainingStats other) {
    if (!(other instanceof FitTimes times)) {
      throw new IllegalArgumentException(
          "only the times of other fits can be added, but this is " + other.getClass().getName());
    }
    fits.addAll(times.fits);
  }

  @Override
  public SparkTrainingStats getNestedTrainingStats() {
    return null; // as DL4J says that there are none
  }

  @Override
  public String statsAsString() {
    StringBuilder text = new StringBuilder(FIT);
    fits.forEach(fit -> text.append(' ').append(fit.getDurationMs()));
    return text.append(System.lineSeparator()).toString();
  }

  @Override
  public void exportStatFiles(String folder, SparkContext context) throws IOException {
    Path file = new Path(folder, FIT + ".txt");
    FileSystem fileSystem = file.getFileSystem(context.hadoopConfiguration());
    try (FSDataOutputStream out = fileSystem.create(file)) {
      out.write(statsAsString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
