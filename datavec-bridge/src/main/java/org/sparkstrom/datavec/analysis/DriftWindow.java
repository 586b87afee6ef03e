// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sparkstrom.datavec.analysis.DriftReport.ColumnDrift;

/**
 * How far the rows of some micro-batches are from those of training.
 *
 * @param firstBatch id of the first micro-batch of the window
 * @param lastBatch id of its last one
 * @param rows rows of the window
 * @param report the drift of each column
 * @param beyond the columns whose PSI is above the monitor's limit
 */
public record DriftWindow(
    long firstBatch, long lastBatch, long rows, DriftReport report, List<ColumnDrift> beyond) {

  /** Keeps the list from changing. */
  public DriftWindow {
    beyond = List.copyOf(beyond);
  }

  /** Batches, rows, and the columns beyond the limit with their PSI, for people. */
  public String describe() {
    String columns =
        beyond.stream()
            .map(column -> String.format(Locale.ROOT, "%s %.3f", column.column(), column.psi()))
            .collect(Collectors.joining(", "));
    return "batches %d to %d, %d rows: %s"
        .formatted(
            firstBatch,
            lastBatch,
            rows,
            beyond.isEmpty() ? "no column has drifted" : "drift of " + columns + " by PSI");
  }
}
