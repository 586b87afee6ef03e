// SPDX-License-Identifier: Apache-2.0
/**
 * Rows in Spark's own binary form, so that a partition's rows pass through a function without being
 * made objects and rows again.
 *
 * <p>Start at {@link org.sparkstrom.spark.rows.StoredRows}. The only package that sees Spark's
 * Catalyst. Knows no network.
 */
package org.sparkstrom.spark.rows;
