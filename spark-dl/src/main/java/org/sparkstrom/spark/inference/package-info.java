// SPDX-License-Identifier: Apache-2.0
/**
 * Prediction on executors: mini-batches of rows through one copy of the parameters per executor.
 *
 * <p>Start at {@link org.sparkstrom.spark.inference.BatchPredictor} for a network with sequences
 * and masks, at {@link org.sparkstrom.spark.inference.ModelPredictor} for a model of any kind.
 * Knows no training and no wire, and of other makers' formats only what its subpackages tell by
 * {@link org.sparkstrom.spark.inference.BatchModel}.
 */
package org.sparkstrom.spark.inference;
