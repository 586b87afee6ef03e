// SPDX-License-Identifier: Apache-2.0
/**
 * Comparisons of ways to predict, as programs that scripts/bench starts.
 *
 * <p>Start at {@link org.sparkstrom.ml.bench.Predict}. This package is not part of the product: it
 * is compiled under the Maven profile {@code bench} alone.
 */
package org.sparkstrom.ml.bench;
