// SPDX-License-Identifier: Apache-2.0
/**
 * Layers of Deeplearning4j that compute the same with fewer calls, for training.
 *
 * <p>Start at {@link org.sparkstrom.spark.layers.DirectLayers}. Knows neither Spark nor
 * gradient-sharing.
 */
package org.sparkstrom.spark.layers;
