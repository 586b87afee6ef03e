// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

/** Which rows between stages a cache keeps. */
public enum KeptRows {
  /** None: they are computed again from the input when an estimator behind them is fitted. */
  NONE,
  /** The rows that each estimator but the first stage is fitted on, as Parquet files. */
  BEFORE_ESTIMATORS
}
