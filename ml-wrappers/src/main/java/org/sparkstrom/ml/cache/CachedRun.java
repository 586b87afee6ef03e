// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import org.apache.spark.ml.PipelineModel;

/**
 * A run that was completed.
 *
 * @param model the fitted pipeline, the stages of pipelines inside it one after the other
 * @param record how it went
 */
public record CachedRun(PipelineModel model, RunRecord record) {

  /** The run as text; see {@link RunRecord#tree}. */
  public String tree() {
    return record.tree();
  }
}
