// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.List;

/** The listeners of a fit on the driver, told one after the other. */
record TrainingListeners(List<TrainingListener> listeners) {

  TrainingListeners {
    listeners = List.copyOf(listeners);
  }

  /** Tells all; an exception of one goes to the caller, and the rest are not told. */
  void tell(TrainingEvent event) {
    listeners.forEach(listener -> listener.onEvent(event));
  }

  /** Tells all of the end by an error, whatever they do; what they throw is added to it. */
  void tellFailure(RuntimeException failure) {
    for (TrainingListener listener : listeners) {
      try {
        listener.onEvent(new TrainingEvent.Failed(failure));
      } catch (RuntimeException inListener) {
        if (inListener != failure) {
          failure.addSuppressed(inListener);
        }
      }
    }
  }
}
