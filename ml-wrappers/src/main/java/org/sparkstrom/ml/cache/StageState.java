// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

/** What became of a stage in a run. */
public enum StageState {
  /** An estimator whose model an earlier run has fitted. */
  REUSED,
  /** An estimator that was fitted. */
  FITTED,
  /** A transformer, which has nothing to fit. */
  APPLIED,
  /** The stage that ended the run. */
  FAILED,
  /** A stage behind the one that ended the run. */
  NOT_REACHED
}
