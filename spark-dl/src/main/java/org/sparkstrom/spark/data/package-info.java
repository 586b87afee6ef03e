// SPDX-License-Identifier: Apache-2.0
/**
 * From rows to tensors: reads features, labels and weights, surveys them before a job, packs them
 * into blocks, keeps a worker's blocks for all epochs, and makes batches of them.
 *
 * <p>Start at {@link org.sparkstrom.spark.data.TrainingData} (driver), {@link
 * org.sparkstrom.spark.data.WorkerRows} and {@link org.sparkstrom.spark.data.BatchReader} (worker).
 * Of a network it knows the signature alone, and nothing of the wire.
 */
package org.sparkstrom.spark.data;
