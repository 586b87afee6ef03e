// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * The clock of a fit that waits for its workers: ends it when no further one comes.
 *
 * <p>The time counts from the last arrival, so that it does not matter how long Spark takes to
 * start the first worker, or the workers to read rows. Ticked by one thread.
 */
final class Rendezvous {
  private final CoordinatorConfig config;
  private final Roster roster;
  private final CoordinatorAddress address;
  private volatile String lastDeparture = "";
  private long arrivals;
  private long lastArrivalNs; // 0 until the first worker has come

  Rendezvous(CoordinatorConfig config, Roster roster, CoordinatorAddress address) {
    this.config = config;
    this.roster = roster;
    this.address = address;
  }

  /** Notes why a worker went before it had joined. Any thread may call it. */
  void left(String reason) {
    lastDeparture = "; one left with: " + reason;
  }

  /** Why the fit ends without having begun; empty while there is hope or need for none. */
  Optional<String> tick(Collection<MemberConnection> connections, long nowNs) {
    Duration patience = config.rendezvousTimeout();
    long connected = connections.stream().filter(MemberConnection::isAuthenticated).count();
    long seen = connected + roster.members().size();
    if (seen != arrivals) { // who left before it joined has as long to be replaced
      arrivals = seen;
      lastArrivalNs = nowNs;
    }
    if (lastArrivalNs == 0
        || connected >= config.workers()
        || !roster.isGathering()
        || nowNs - lastArrivalNs <= patience.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(
        config.workers()
            + " workers expected, "
            + roster.members().size()
            + " joined, and no more came within "
            + patience.toMillis() / 1000.0
            + " s ("
            + roster.attendance()
            + waiting(connections)
            + lastDeparture
            + "). Check that the cluster has a free slot for each worker and that executors can"
            + " reach "
            + address
            + " (spark.driver.host), or allow more time");
  }

  /** Tells of workers that are connected and have not joined. */
  private static String waiting(Collection<MemberConnection> connections) {
    long count =
        connections.stream().filter(c -> c.isAuthenticated() && c.member().isEmpty()).count();
    return count == 0 ? "" : "; " + count + " more connected, still reading their rows";
  }
}
