// SPDX-License-Identifier: Apache-2.0

/**
 * For users of DataVec's own Spark module: {@link
 * org.sparkstrom.datavec.compat.datavec.SparkTransformExecutor} takes the place of DataVec's class
 * of that name, and {@link org.sparkstrom.datavec.compat.datavec.DataVecSpark} carries data to and
 * from that module's types.
 *
 * <p>The only package that sees {@code org.datavec.spark}, which whoever calls it brings along;
 * nothing else of this module may need it.
 */
package org.sparkstrom.datavec.compat.datavec;
