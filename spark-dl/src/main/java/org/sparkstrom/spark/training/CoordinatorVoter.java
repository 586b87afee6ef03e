// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.sparkstrom.sharing.membership.CoordinatorClient;

/**
 * Votes through the worker's connection to its coordinator.
 *
 * @param coordinator the connection
 * @param patience how long to wait for a decision
 * @param service what peers may need meanwhile
 */
record CoordinatorVoter(CoordinatorClient coordinator, Duration patience, Runnable service)
    implements Voter {

  @Override
  public ByteBuffer decide(String ballot, ByteBuffer vote) {
    return coordinator.decide(ballot, vote, patience, service);
  }

  @Override
  public void vote(String ballot, ByteBuffer vote) {
    coordinator.vote(ballot, vote);
  }
}
