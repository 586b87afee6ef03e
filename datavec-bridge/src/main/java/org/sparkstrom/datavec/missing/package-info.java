// SPDX-License-Identifier: Apache-2.0

/**
 * Missing values, filled with what a fit found in the rows that have one.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.missing.MissingValues}. It does what Spark's own {@code
 * Imputer} does not: text, categories, truth values and times, constants, groups, and columns that
 * say where a value was missing. This package must know nothing of networks.
 */
package org.sparkstrom.datavec.missing;
