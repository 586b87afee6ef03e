// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import java.util.Locale;

/**
 * What a run of {@link DigitsClassification} found out.
 *
 * @param accuracy share of the held-out digits that the loaded model recognizes
 * @param workers number of workers that trained
 * @param executors number of JVMs that they ran in
 * @param replicasEqual true if all workers reported the same hash of their parameters at the end,
 *     and the loaded model has it
 * @param parametersSha256 that hash
 * @param rounds rounds of sharing
 * @param bytesSent bytes of updates sent to peers, over all workers
 * @param denseBytes what float32 updates to the same peers would have taken
 * @param fitSeconds wall time of the training stage
 * @param predictRowsPerSecond rows per second through the whole loaded pipeline
 */
public record DigitsResult(
    double accuracy,
    int workers,
    int executors,
    boolean replicasEqual,
    String parametersSha256,
    long rounds,
    long bytesSent,
    long denseBytes,
    double fitSeconds,
    double predictRowsPerSecond) {

  /** The record as one line of JSON. */
  public String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"accuracy\":%.4f, \"workers\":%d, \"executors\":%d, \"replicasEqual\":%b, "
            + "\"parametersSha256\":\"%s\", \"rounds\":%d, \"bytesSent\":%d, \"denseBytes\":%d, "
            + "\"fitSeconds\":%.2f, \"predictRowsPerSecond\":%.0f}",
        accuracy,
        workers,
        executors,
        replicasEqual,
        parametersSha256,
        rounds,
        bytesSent,
        denseBytes,
        fitSeconds,
        predictRowsPerSecond);
  }
}
