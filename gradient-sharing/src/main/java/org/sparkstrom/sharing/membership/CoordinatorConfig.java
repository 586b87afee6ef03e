// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.time.Duration;
import java.util.Objects;
import org.sparkstrom.sharing.security.FitSecret;

/**
 * How a coordinator is opened.
 *
 * @param sessionId the fit
 * @param secret the fit's secret, which every worker must prove to hold
 * @param bindHost address to listen on
 * @param advertisedHost name or address under which the executors reach the driver
 * @param port TCP port; 0 takes a free one
 * @param workers how many members the first view has
 * @param minWorkers how many a later view must have; with fewer the fit ends. Equal to {@code
 *     workers}, every loss ends it
 * @param rendezvousTimeout how long the next worker may take to come, from the first one on
 * @param livenessTimeout how long a member may be silent before it counts as lost
 * @param progressTimeout how long a member that is alive may keep a change of view waiting before
 *     it counts as lost
 */
public record CoordinatorConfig(
    long sessionId,
    FitSecret secret,
    String bindHost,
    String advertisedHost,
    int port,
    int workers,
    int minWorkers,
    Duration rendezvousTimeout,
    Duration livenessTimeout,
    Duration progressTimeout) {

  /**
   * A member sends a sign of life each second, so a shorter patience would be mistaken too often.
   */
  public static final Duration DEFAULT_LIVENESS_TIMEOUT = Duration.ofSeconds(15);

  public CoordinatorConfig {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(bindHost, "bindHost");
    Objects.requireNonNull(advertisedHost, "advertisedHost");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be in [0, 65535], but is " + port);
    }
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be >= 1, but is " + workers);
    }
    if (minWorkers < 1 || minWorkers > workers) {
      throw new IllegalArgumentException(
          "minWorkers must be in [1, workers = " + workers + "], but is " + minWorkers);
    }
    checkPositive("rendezvousTimeout", rendezvousTimeout);
    checkPositive("livenessTimeout", livenessTimeout);
    checkPositive("progressTimeout", progressTimeout);
  }

  private static void checkPositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, but is " + duration);
    }
  }
}
