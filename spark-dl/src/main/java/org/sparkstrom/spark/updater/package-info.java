// SPDX-License-Identifier: Apache-2.0
/**
 * Updaters of Deeplearning4j as loops over Java arrays: from the gradient to the update that
 * replicas share, in one pass over memory.
 *
 * <p>Start at {@link org.sparkstrom.spark.updater.FusedUpdaters}. Knows networks, but neither Spark
 * nor gradient-sharing.
 */
package org.sparkstrom.spark.updater;
