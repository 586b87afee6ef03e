// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.sparkstrom.spark.evaluation.FigureSums;

/** How a worker measures its replica at the end of an epoch. */
@FunctionalInterface
interface Validation {

  /** No rows to measure with, on any worker. */
  Validation NONE = FigureSums::new;

  /** The figures of this worker's validation rows. */
  FigureSums measure();
}
