// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * The clock of a fit that waits for its workers: when no further one comes, those who are here
 * begin without the others, or the fit ends.
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

  /** True if workers are missing and none has come for too long. */
  boolean isOver(Collection<MemberConnection> connections, long nowNs) {
    long connected = connected(connections);
    long seen = connected + roster.members().size();
    if (seen != arrivals) { // who left before it joined has as long to be replaced
      arrivals = seen;
      lastArrivalNs = nowNs;
    }
    return lastArrivalNs != 0
        && connected < config.workers()
        && roster.isGathering()
        && nowNs - lastArrivalNs > config.rendezvousTimeout().toNanos();
  }

  private static long connected(Collection<MemberConnection> connections) {
    return connections.stream().filter(MemberConnection::isAuthenticated).count();
  }

  /**
   * Why the fit ends without having begun, now that the time is over and too few have joined; empty
   * while enough are connected and still read their rows.
   */
  Optional<String> failure(Collection<MemberConnection> connections) {
    boolean elastic = config.minWorkers() < config.workers();
    if (elastic && connected(connections) >= config.minWorkers()) {
      return Optional.empty();
    }
    Duration patience = config.rendezvousTimeout();
    return Optional.of(
        config.workers()
            + " workers expected"
            + (elastic ? ", at least " + config.minWorkers() + " needed (minWorkers)" : "")
            + ", "
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
