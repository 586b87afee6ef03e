// SPDX-License-Identifier: Apache-2.0
/**
 * Rounds: every worker puts its update in and gets the aggregate over all workers out.
 *
 * <p>Start at {@link org.sparkstrom.sharing.round.SynchronousExchange}, which joins codec,
 * thresholds, frames and transport. This package knows no network, data set or Spark.
 */
package org.sparkstrom.sharing.round;
