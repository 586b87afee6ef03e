// SPDX-License-Identifier: Apache-2.0

/**
 * Spellings of one thing, brought to one of them.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.spelling.NearDuplicates}. This package must know
 * nothing of networks.
 */
package org.sparkstrom.datavec.spelling;
