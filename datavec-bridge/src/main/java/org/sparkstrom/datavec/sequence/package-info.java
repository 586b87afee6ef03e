// SPDX-License-Identifier: Apache-2.0

/**
 * Sequences: what DataVec's steps make of one, and columns of them that recurrent networks take.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.sequence.SequenceFeatures}. {@link
 * org.sparkstrom.datavec.sequence.WholeSequences} is for {@code org.sparkstrom.datavec}, which runs
 * processes. This package knows no schema of Spark's, no policy and no process.
 */
package org.sparkstrom.datavec.sequence;
