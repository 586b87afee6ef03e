// SPDX-License-Identifier: Apache-2.0
/**
 * Whole-run comparisons of ways to share updates, as programs that scripts/bench starts.
 *
 * <p>Start at {@link org.sparkstrom.spark.bench.Converge}. This package is not part of the product:
 * it is compiled under the Maven profile {@code bench} alone, and knows no Spark.
 */
package org.sparkstrom.spark.bench;
