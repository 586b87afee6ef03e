// SPDX-License-Identifier: Apache-2.0

/**
 * Outliers of number columns, brought to bounds that are found once.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.outlier.Winsorizer}. This package must know nothing of
 * networks.
 */
package org.sparkstrom.datavec.outlier;
