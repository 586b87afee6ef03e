// SPDX-License-Identifier: Apache-2.0

/**
 * Analysis of a DataFrame's columns: chosen statistics of chosen columns from one pass over the
 * data, as a value, a DataFrame, JSON or a page with plots, and the drift against an earlier
 * analysis.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.analysis.DataAnalysis}. What cannot be exact in one
 * pass comes from mergeable sketches of Apache DataSketches, in the version that Spark brings:
 * quantiles and histograms (KLL), distinct counts (HLL), top values (frequent items). Their error
 * bounds stand beside their figures. This package must know nothing of networks, ND4J or DataVec's
 * own analysis, which takes two passes and all columns.
 */
package org.sparkstrom.datavec.analysis;
