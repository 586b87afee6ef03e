// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.broadcast.Broadcast;
import org.sparkstrom.sharing.membership.CoordinatorAddress;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.spark.data.BatchFormat;
import org.sparkstrom.spark.data.PackedRowsReader;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What every worker of one fit gets from the driver, inside the serialized task.
 *
 * @param sessionId random number of the fit
 * @param secret random secret of the fit
 * @param coordinator where workers join
 * @param initial the network that all replicas start from
 * @param rows what is trained on
 * @param start where the fit begins
 * @param lastEpoch completed epochs of the network at which the fit ends
 * @param membership whether workers may come and go, and who returns the network
 * @param transport how workers reach each other
 * @param care how the fit takes care of itself, beside the configuration
 * @param config how the fit runs
 */
record FitContext(
    long sessionId,
    FitSecret secret,
    CoordinatorAddress coordinator,
    Broadcast<NetworkSnapshot> initial,
    Rows rows,
    TrainingPlace start,
    int lastEpoch,
    Membership membership,
    TransportSettings transport,
    CareContext care,
    TrainingConfig config)
    implements Serializable {

  FitContext {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(coordinator, "coordinator");
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(membership, "membership");
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(care, "care");
    Objects.requireNonNull(config, "config");
  }

  /**
   * The rows of all workers.
   *
   * @param reader reads a worker's packed rows
   * @param format how the rows are packed
   * @param perEpoch rows of the worker that has the most; decides how many rounds an epoch has
   */
  record Rows(PackedRowsReader reader, BatchFormat format, long perEpoch) implements Serializable {}

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
