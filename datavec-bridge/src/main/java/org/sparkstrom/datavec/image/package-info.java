// SPDX-License-Identifier: Apache-2.0

/**
 * Images on Spark: folders of image files as DataFrames, and their pixels as features of networks.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.image.ImageFolder} (files and labels) and {@link
 * org.sparkstrom.datavec.image.ImagePreparer} (the spark.ml stage that decodes, turns, crops,
 * resizes and scales). Decoding is ImageIO's, in Java alone, with the TwelveMonkeys plug-ins for
 * what the JDK cannot read. This package must know nothing of networks.
 */
package org.sparkstrom.datavec.image;
