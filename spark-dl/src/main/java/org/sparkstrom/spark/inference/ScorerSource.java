// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** A model as it travels to the executors, with all that a task needs to work with it. */
interface ScorerSource extends Serializable {

  /** The columns that it appends. */
  List<StructField> fields();

  /** The model at work, for the task that calls. */
  BatchScorer open();
}
