// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

/** Where a step of a process runs. */
enum StepPath {
  /** As columns of Spark SQL. */
  CATALYST,
  /** In DataVec itself, row by row, in the one typed pass that a process has at most. */
  ROWS
}
