// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

/**
 * How many distinct values a column has, nulls left aside, by an HLL sketch (P. Flajolet et al.,
 * "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007).
 *
 * @param estimate the estimate; exact up to some hundred values, else with a standard error of 1.6%
 * @param lower the bound two standard errors below
 * @param upper the bound two standard errors above
 */
public record DistinctCount(long estimate, long lower, long upper) {}
