// SPDX-License-Identifier: Apache-2.0

/**
 * Normalizers of numbers: standardize, min-max, image scaler, over one or several columns, fitted
 * by one pass of Spark and kept in DL4J's own file format.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.normalize.NormalizerEstimator} and {@link
 * org.sparkstrom.datavec.normalize.NormalizerModel} (spark.ml stages), or at {@link
 * org.sparkstrom.datavec.normalize.NormalizerFile} for files that DL4J wrote or shall read.
 *
 * <p>Statistics and arithmetic are of this package, in double precision; ND4J is touched to read
 * and write DL4J's classes only, on the driver, which then needs an ND4J backend. Executors need
 * none. This package must know nothing of networks, training or gradient sharing.
 */
package org.sparkstrom.datavec.normalize;
