// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Objects;

/**
 * How far one worker that takes part in a fit is.
 *
 * @param rank its rank
 * @param label where it runs
 * @param round rounds that it has completed; 0 before its first report
 * @param rows rows that this attempt has trained on, counted once per use
 */
public record WorkerProgress(int rank, String label, long round, long rows) {

  public WorkerProgress {
    Objects.requireNonNull(label, "label");
  }
}
