// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

/**
 * What was deleted from a cache.
 *
 * @param runs records of runs with their pipelines
 * @param models fitted models
 * @param rows rows that were kept between stages
 * @param leftovers of runs that broke off while they saved something
 */
public record Pruned(int runs, int models, int rows, int leftovers) {}
