// SPDX-License-Identifier: Apache-2.0

/**
 * Files as DataFrames with the columns of a DataVec schema, where Spark's own sources have another
 * rule, another result or no policy for bad lines.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.read.CsvFiles}, {@link
 * org.sparkstrom.datavec.read.JsonLines}, {@link org.sparkstrom.datavec.read.RegexLines} and {@link
 * org.sparkstrom.datavec.read.SvmLightLines}. Nothing starts a job; Spark reads and splits the
 * files.
 */
package org.sparkstrom.datavec.read;
