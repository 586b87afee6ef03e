// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Collections;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.sparkstrom.sharing.round.UpdateExchange;

/**
 * DL4J's listeners on one worker: they hear of its network what they would hear in local training,
 * while this worker's rank is the lowest of the view.
 *
 * <p>If the worker of the lowest rank is lost, those of the next one hear from there on, in the
 * state in which they came with the task. Not thread-safe.
 */
final class ReplicaListeners {
  private final List<TrainingListener> listeners;
  private final Replica replica;
  private final UpdateExchange exchange;
  private final int rank;
  private boolean attached;

  ReplicaListeners(
      List<TrainingListener> listeners, Replica replica, UpdateExchange exchange, int rank) {
    this.listeners = listeners.stream().<TrainingListener>map(NamedListener::new).toList();
    this.replica = replica;
    this.exchange = exchange;
    this.rank = rank;
  }

  /** Follows the view; between two rounds. */
  void beforeRound() {
    if (listeners.isEmpty()) {
      return;
    }
    boolean mine = Collections.min(exchange.ranks()) == rank;
    if (mine != attached) {
      attached = mine;
      replica.setListeners(mine ? listeners : List.of());
    }
  }

  /** Before the first round of an epoch that this worker trains. */
  void onEpochStart() {
    beforeRound();
    if (attached) {
      listeners.forEach(listener -> listener.onEpochStart(replica.model()));
    }
  }

  /** After the last round of an epoch, before it is counted. */
  void onEpochEnd() {
    if (attached) {
      listeners.forEach(listener -> listener.onEpochEnd(replica.model()));
    }
  }
}
