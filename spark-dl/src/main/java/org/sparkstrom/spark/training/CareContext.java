// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * What a worker needs to take care of a fit, beside its configuration.
 *
 * @param resume where the fit goes on from
 * @param hadoop how checkpoints are reached
 * @param listeners DL4J's listeners, for the network of the lowest rank
 * @param validationRows rows that are kept for validation, over all workers
 * @param endsAtOnce true if the fit that is resumed had ended, so that there is nothing to train
 */
record CareContext(
    ResumePoint resume,
    SerializableConfiguration hadoop,
    List<TrainingListener> listeners,
    long validationRows,
    boolean endsAtOnce)
    implements Serializable {

  CareContext {
    listeners = List.copyOf(listeners);
  }
}
