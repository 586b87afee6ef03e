// SPDX-License-Identifier: Apache-2.0
/**
 * Search of hyperparameters over any estimator of spark.ml. {@link
 * org.sparkstrom.ml.search.HyperparameterSearch} is the way in; a {@code SearchStrategy} says which
 * candidate is trained next and how long, {@code SearchRun} trains several at once, and {@code
 * SharedPrefixes} fits what candidates have in common once.
 */
package org.sparkstrom.ml.search;
