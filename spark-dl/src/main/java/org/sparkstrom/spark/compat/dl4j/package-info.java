// SPDX-License-Identifier: Apache-2.0
/**
 * For users of DL4J's own Spark module: {@link
 * org.sparkstrom.spark.compat.dl4j.GradientSharingTrainingMaster} takes the place of DL4J's
 * training masters in {@code SparkDl4jMultiLayer} and {@code SparkComputationGraph}.
 *
 * <p>The only package that sees {@code org.deeplearning4j.spark}, which whoever calls it brings
 * along; nothing else of this module may need it.
 */
package org.sparkstrom.spark.compat.dl4j;
