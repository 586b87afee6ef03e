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
 * @param initialLabels of the first classes of that network; empty if they are not known
 */
record FitStart(
    List<TrainingListener> listeners,
    Optional<NetworkSnapshot> initial,
    List<String> initialLabels) {

  static final FitStart NEW = new FitStart(List.of(), Optional.empty(), List.of());

  FitStart {
    listeners = List.copyOf(listeners);
    initialLabels = List.copyOf(initialLabels);
  }

  FitStart withListeners(List<TrainingListener> value) {
    return new FitStart(value, initial, initialLabels);
  }

  FitStart withInitial(NetworkSnapshot network) {
    return withInitial(network, List.of());
  }

  FitStart withInitial(NetworkSnapshot network, List<String> labels) {
    return new FitStart(listeners, Optional.of(network), labels);
  }
}
