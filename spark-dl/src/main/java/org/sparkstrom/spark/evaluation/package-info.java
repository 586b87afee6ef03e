// SPDX-License-Identifier: Apache-2.0
/**
 * How good a network is: figures over data that stays where it is.
 *
 * <p>Start at {@link org.sparkstrom.spark.evaluation.DistributedEvaluation}. Knows no training and
 * no wire.
 */
package org.sparkstrom.spark.evaluation;
