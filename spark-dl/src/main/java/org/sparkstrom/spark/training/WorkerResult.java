// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.List;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What one worker returns to the driver.
 *
 * @param rank the worker
 * @param jvm name of the JVM that it ran in, unique in the cluster
 * @param parametersSha256 hash of its parameters at the end
 * @param rounds rounds completed
 * @param rows rows trained on, counted once per use
 * @param bytesSent bytes sent to peers
 * @param denseBytes what float32 updates would have taken
 * @param lossPerEpoch mean loss of each epoch; NaN for a worker without rows
 * @param snapshot the fitted network from rank 0; empty from the others
 */
record WorkerResult(
    int rank,
    String jvm,
    String parametersSha256,
    long rounds,
    long rows,
    long bytesSent,
    long denseBytes,
    List<Double> lossPerEpoch,
    List<NetworkSnapshot> snapshot)
    implements Serializable {

  static WorkerResult of(
      int rank,
      String jvm,
      EpochLoop.Outcome outcome,
      ExchangeCounters counters,
      NetworkSnapshot snapshot) {
    return new WorkerResult(
        rank,
        jvm,
        snapshot.parametersSha256(),
        counters.rounds(),
        outcome.rows(),
        counters.bytesSent(),
        counters.denseBytes(),
        outcome.lossPerEpoch(),
        rank == 0 ? List.of(snapshot) : List.of());
  }
}
