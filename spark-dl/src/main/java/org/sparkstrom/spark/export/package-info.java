// SPDX-License-Identifier: Apache-2.0
/**
 * Fits told to other systems while they run: Spark's metrics, and by them Prometheus; TensorBoard;
 * MLflow.
 */
package org.sparkstrom.spark.export;
