// SPDX-License-Identifier: Apache-2.0
/**
 * What Spark knows of the cluster: slots, executors, addresses. {@link
 * org.sparkstrom.spark.cluster.SparkInternals} holds all calls into Spark's private code.
 */
package org.sparkstrom.spark.cluster;
