// SPDX-License-Identifier: Apache-2.0
/**
 * Keras models as networks, by way of DL4J's import, which is an optional dependency.
 *
 * <p>Start at {@link org.sparkstrom.spark.inference.keras.KerasFile}. Nothing else sees the import.
 */
package org.sparkstrom.spark.inference.keras;
