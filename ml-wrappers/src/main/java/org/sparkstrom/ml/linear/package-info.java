// SPDX-License-Identifier: Apache-2.0
/**
 * Linear classifiers trained by passes over partitions whose weights are mixed: {@link
 * org.sparkstrom.ml.linear.ParameterMixing} is the way in. Knows rows as RDDs, and no Params.
 */
package org.sparkstrom.ml.linear;
