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
 * @param rowsPerEpoch rows of the worker that has the most; decides how many rounds an epoch has
 * @param start where the fit begins
 * @param membership whether workers may come and go, and who returns the network
 * @param config how the fit runs
 */
record FitContext(
    long sessionId,
    FitSecret secret,
    CoordinatorAddress coordinator,
    Broadcast<NetworkSnapshot> initial,
    int featureCount,
    long rowsPerEpoch,
    TrainingPlace start,
    Membership membership,
    TrainingConfig config)
    implements Serializable {

  FitContext {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(coordinator, "coordinator");
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(membership, "membership");
    Objects.requireNonNull(config, "config");
  }

  /**
   * How the workers of a fit belong together.
   *
   * @param workers workers that Spark starts
   * @param minWorkers workers without whom the fit ends
   * @param resultCopies how many of those who complete the fit return the network; with a second
   *     one the loss of a worker on its last way to the driver does no harm
   */
  record Membership(int workers, int minWorkers, int resultCopies) implements Serializable {

    /** True if the fit goes on without some of its workers. */
    boolean isElastic() {
      return minWorkers < workers;
    }
  }
}
