// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.ArrayList;
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

  /**
   * Tells all of the good end, whatever they do; the first exception of theirs goes to the caller,
   * with the others added to it.
   */
  void tellCompletion(TrainingResult result) {
    List<Throwable> thrown = tellEach(new TrainingEvent.Completed(result));
    if (thrown.isEmpty()) {
      return;
    }
    Throwable first = thrown.get(0);
    thrown.stream().filter(other -> other != first).forEach(first::addSuppressed);
    if (first instanceof Error error) {
      throw error;
    }
    throw asRuntimeException(first);
  }

  /** Tells all of the end by an error, whatever they do; what they throw is added to it. */
  void tellFailure(Throwable failure) {
    RuntimeException told = asRuntimeException(failure);
    for (Throwable inListener : tellEach(new TrainingEvent.Failed(told))) {
      if (inListener != failure && inListener != told) {
        failure.addSuppressed(inListener);
      }
    }
  }

  /** Spark and listeners in Scala throw checked exceptions that they do not declare. */
  private static RuntimeException asRuntimeException(Throwable failure) {
    return failure instanceof RuntimeException itself
        ? itself
        : new TrainingException("the fit has ended with " + failure, failure);
  }

  private List<Throwable> tellEach(TrainingEvent event) {
    List<Throwable> thrown = new ArrayList<>();
    for (TrainingListener listener : listeners) {
      try {
        listener.onEvent(event);
      } catch (Throwable inListener) { // the others must hear of the end all the same
        thrown.add(inListener);
      }
    }
    return thrown;
  }
}
