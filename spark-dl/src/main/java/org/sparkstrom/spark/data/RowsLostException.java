// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

/** All executors that had the packed rows of a worker are gone. */
public final class RowsLostException extends Exception {
  private static final long serialVersionUID = 1L;

  RowsLostException(int worker) {
    super(
        ("no executor has the packed rows of worker %d any more: those that had a copy were lost one "
                + "after the other, sooner than Spark could make a new copy "
                + "(spark.storage.replication.proactive should be true)")
            .formatted(worker));
  }
}
