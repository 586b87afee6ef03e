// SPDX-License-Identifier: Apache-2.0
/**
 * Explanations of single predictions of any fitted model: how much each part of a row, such as a
 * feature, a word or a patch of an image, has to do with what the model says of it.
 *
 * <p>{@link org.sparkstrom.ml.explain.KernelShap} and {@link org.sparkstrom.ml.explain.Lime} are
 * the ways in. Both ask the model about perturbed rows: {@code PerturbedRows} makes them beside the
 * row in its partition, the model's own transform scores them, and {@code FoldedRows} brings them
 * back to one row, without a shuffle. Knows no particular model.
 */
package org.sparkstrom.ml.explain;
