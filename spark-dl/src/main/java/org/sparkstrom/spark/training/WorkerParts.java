// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.sparkstrom.spark.data.TensorStore;

/**
 * What a worker works with.
 *
 * @param store its rows
 * @param replica its network
 * @param exchange its way to the peers' updates
 * @param kept states that it may go back to
 * @param validation how it measures its replica
 * @param listeners DL4J listeners, which the worker of the lowest rank calls
 */
record WorkerParts(
    TensorStore store,
    Replica replica,
    GuardedExchange exchange,
    KeptStates kept,
    Validation validation,
    ReplicaListeners listeners) {}
