// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.List;

/**
 * What became of a stage of a run.
 *
 * @param pipelines uids of the pipelines inside the run's that it stands in, outermost first
 * @param uid of the stage
 * @param type simple name of its class
 * @param state what became of it
 * @param seconds that it took: to load or fit, and to write the rows it was fitted on
 * @param key what its model is kept under; empty for a transformer, and behind a failure
 * @param entry name of the model's entry; empty if none was kept
 * @param madeBy the run that fitted the model; empty if there is none
 * @param message why it failed; else empty
 */
public record StageRecord(
    List<String> pipelines,
    String uid,
    String type,
    StageState state,
    double seconds,
    String key,
    String entry,
    String madeBy,
    String message) {

  public StageRecord {
    pipelines = List.copyOf(pipelines);
  }
}
