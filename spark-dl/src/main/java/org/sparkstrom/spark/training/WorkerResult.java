// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Optional;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What one worker returns to the driver; those who deliver it add the network.
 *
 * <p>Not a record, because it is a task's result: that goes through {@code spark.serializer}, and
 * the Kryo of Spark 3.5 cannot read records or immutable lists.
 */
final class WorkerResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int rank;
  private final String jvm;
  private final String parametersSha256;
  private final long rounds;
  private final long rows;
  private final long bytesSent;
  private final long denseBytes;
  private final NetworkSnapshot snapshot; // null unless this worker delivers it

  WorkerResult(
      int rank,
      String jvm,
      long rows,
      ExchangeCounters counters,
      NetworkSnapshot fitted,
      boolean delivers) {
    this.rank = rank;
    this.jvm = jvm;
    this.parametersSha256 = fitted.parametersSha256();
    this.rounds = counters.rounds();
    this.rows = rows;
    this.bytesSent = counters.bytesSent();
    this.denseBytes = counters.denseBytes();
    this.snapshot = delivers ? fitted : null;
  }

  int rank() {
    return rank;
  }

  /** Name of the JVM that the worker ran in, unique in the cluster. */
  String jvm() {
    return jvm;
  }

  String parametersSha256() {
    return parametersSha256;
  }

  long rounds() {
    return rounds;
  }

  /** Rows trained on, counted once per use. */
  long rows() {
    return rows;
  }

  long bytesSent() {
    return bytesSent;
  }

  /** What float32 updates would have taken. */
  long denseBytes() {
    return denseBytes;
  }

  /** True if this worker returns the network. */
  boolean delivers() {
    return snapshot != null;
  }

  /** The fitted network, from a worker that delivers it. */
  Optional<NetworkSnapshot> snapshot() {
    return Optional.ofNullable(snapshot);
  }
}
