// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.MembershipEvent;

/**
 * Writes to the driver's log whom a fit loses and who joins it, and how many losses it can survive.
 *
 * <p>Used by the thread that called fit.
 */
final class AttendanceLog {

  private static final Logger LOG = LoggerFactory.getLogger(AttendanceLog.class);
  private static final String MAX_FAILURES = "spark.task.maxFailures";

  private final Coordinator coordinator;
  private final FitContext.Membership membership;
  private final int maxFailures;
  private final Map<Integer, Integer> lossesByRank = new TreeMap<>();
  private int seen;
  private MembershipEvent lastLoss; // null until there is one

  AttendanceLog(Coordinator coordinator, FitContext.Membership membership, SparkConf conf) {
    this.coordinator = coordinator;
    this.membership = membership;
    this.maxFailures = conf.getInt(MAX_FAILURES, 4);
  }

  /** Tells what the fit can bear. */
  void begin() {
    if (membership.isElastic()) {
      LOG.info(
          "{} workers; the fit goes on while {} of them are left (minWorkers). Spark starts the task"
              + " of a lost worker again until it has failed {} times ({}); a standalone master lets"
              + " executors fail spark.deploy.maxExecutorRetries times in a row",
          membership.workers(),
          membership.minWorkers(),
          maxFailures,
          MAX_FAILURES);
    } else {
      LOG.info("{} workers; the loss of any one ends the fit (minWorkers)", membership.workers());
    }
  }

  /** Looks for news and logs them. */
  void update() {
    List<MembershipEvent> events = coordinator.membership().events();
    for (MembershipEvent event : events.subList(seen, events.size())) {
      switch (event.kind()) {
        case LOST -> logLoss(event);
        case JOINED -> LOG.info("{}", event);
      }
    }
    seen = events.size();
  }

  /** The latest loss that {@link #update} has seen. */
  Optional<MembershipEvent> lastLoss() {
    return Optional.ofNullable(lastLoss);
  }

  private void logLoss(MembershipEvent event) {
    lastLoss = event;
    int ofRank = lossesByRank.merge(event.member().rank(), 1, Integer::sum);
    if (ofRank > 1 && membership.isElastic()) {
      LOG.warn("{} (loss {} of this worker; {} = {})", event, ofRank, MAX_FAILURES, maxFailures);
    } else {
      LOG.warn("{}", event);
    }
  }
}
