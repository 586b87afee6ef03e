// SPDX-License-Identifier: Apache-2.0
/**
 * Distributed training: a Spark stage of workers, each with a replica of the network, that share
 * their updates in rounds.
 *
 * <p>Start at {@link org.sparkstrom.spark.training.DistributedTrainer}. The only package in which
 * Deeplearning4j meets gradient-sharing.
 */
package org.sparkstrom.spark.training;
