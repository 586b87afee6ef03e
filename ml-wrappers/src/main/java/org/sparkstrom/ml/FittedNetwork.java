// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The network of a model and the facts of its fit, shared by all copies of the model, with one
 * broadcast per Spark application.
 *
 * <p>The broadcast is made at the first use and not saved. It must outlive every lazy DataFrame
 * that transform has given out, so nobody destroys it by hand: Spark's context cleaner removes it
 * from the executors when the last copy of the model and the last such DataFrame are unreachable.
 * Thread-safe.
 */
class FittedNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NetworkSnapshot snapshot;
  private final TrainingSummary summary; // null if the network was not fitted here

  private transient Broadcast<NetworkSnapshot> broadcast;
  private transient String broadcastApplication;

  /**
   * A network and the facts of its fit.
   *
   * @param summary empty if it was fitted elsewhere
   */
  FittedNetwork(NetworkSnapshot snapshot, Optional<TrainingSummary> summary) {
    this.snapshot = snapshot;
    this.summary = summary.orElse(null);
  }

  /**
   * The network of a model that may have been made without one.
   *
   * @throws IllegalStateException if it was
   */
  static <N extends FittedNetwork> N require(N fitted, String uid, String estimator) {
    if (fitted == null) {
      throw new IllegalStateException(
          "%s must have a network, but was made without one; fit a %s, or load a saved model"
              .formatted(uid, estimator));
    }
    return fitted;
  }

  final NetworkSnapshot snapshot() {
    return snapshot;
  }

  final Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  /** The broadcast of this application; made at the first call, without the updater's state. */
  final synchronized Broadcast<NetworkSnapshot> broadcast(SparkContext context) {
    if (broadcast == null || !context.applicationId().equals(broadcastApplication)) {
      broadcast = JavaSparkContext.fromSparkContext(context).broadcast(snapshot.forInference());
      broadcastApplication = context.applicationId();
    }
    return broadcast;
  }
}
