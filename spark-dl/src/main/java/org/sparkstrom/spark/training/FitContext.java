// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.broadcast.Broadcast;
import org.sparkstrom.sharing.membership.CoordinatorAddress;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What every worker of one fit gets from the driver, inside the serialized task.
 *
 * @param sessionId random number of the fit
 * @param secret random secret of the fit
 * @param coordinator where workers join
 * @param initial the network that all replicas start from
 * @param featureCount features per row
 * @param config how the fit runs
 */
record FitContext(
    long sessionId,
    FitSecret secret,
    CoordinatorAddress coordinator,
    Broadcast<NetworkSnapshot> initial,
    int featureCount,
    TrainingConfig config)
    implements Serializable {

  FitContext {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(coordinator, "coordinator");
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(config, "config");
  }
}
