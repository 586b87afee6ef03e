// SPDX-License-Identifier: Apache-2.0
/**
 * Prediction on executors: mini-batches of rows through one copy of the parameters per executor.
 *
 * <p>Start at {@link org.sparkstrom.spark.inference.BatchPredictor}. Knows no training and no wire.
 */
package org.sparkstrom.spark.inference;
