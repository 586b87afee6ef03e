// SPDX-License-Identifier: Apache-2.0
/**
 * Deeplearning4j networks as values: snapshots that travel, and the native runtime they run on.
 *
 * <p>Start at {@link org.sparkstrom.spark.network.NetworkSnapshot}. Knows no Spark and no wire.
 */
package org.sparkstrom.spark.network;
