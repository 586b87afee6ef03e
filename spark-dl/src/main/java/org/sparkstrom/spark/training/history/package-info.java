// SPDX-License-Identifier: Apache-2.0
/**
 * The course of a fit in a bounded number of figures, and the page that shows it. Starts at {@link
 * org.sparkstrom.spark.training.history.FitRecorder}, which listens to a fit. Knows nothing of
 * Spark.
 */
package org.sparkstrom.spark.training.history;
