// SPDX-License-Identifier: Apache-2.0
/**
 * From rows to tensors: reads features and labels, surveys them before a job, packs them into
 * blocks, and keeps a worker's blocks for all epochs.
 *
 * <p>Start at {@link org.sparkstrom.spark.data.TrainingData} (driver) and {@link
 * org.sparkstrom.spark.data.TensorStore} (worker). Knows no network and no wire.
 */
package org.sparkstrom.spark.data;
