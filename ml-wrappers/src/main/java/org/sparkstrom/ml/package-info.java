// SPDX-License-Identifier: Apache-2.0
/**
 * Neural networks as spark.ml stages: estimators that train on the executors and models that
 * predict in batch and in streams, for Pipelines, CrossValidator, OneVsRest and evaluators.
 *
 * <p>Start at {@link org.sparkstrom.ml.NetworkClassifier}. Knows no wire: how replicas share their
 * updates is chosen here by Params and done below. {@link org.sparkstrom.ml.SparkMlInternals} holds
 * all calls into Spark's private code.
 */
package org.sparkstrom.ml;
