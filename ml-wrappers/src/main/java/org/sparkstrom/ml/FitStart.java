// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Optional;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.TrainingListener;

/**
 * What an estimator is given beside its Params: copies keep it, saving does not.
 *
 * @param listeners who is told of the fit's progress
 * @param initial the network to train on from; empty to begin with first weights
 */
record FitStart(List<TrainingListener> listeners, Optional<NetworkSnapshot> initial) {

  static final FitStart NEW = new FitStart(List.of(), Optional.empty());

  FitStart {
    listeners = List.copyOf(listeners);
  }

  FitStart withListeners(List<TrainingListener> value) {
    return new FitStart(value, initial);
  }

  FitStart withInitial(NetworkSnapshot network) {
    return new FitStart(listeners, Optional.of(network));
  }
}
