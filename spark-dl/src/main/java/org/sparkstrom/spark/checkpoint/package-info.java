// SPDX-License-Identifier: Apache-2.0
/**
 * Checkpoints of a fit under any Hadoop path: files that are whole or not there, and that are
 * checked before they are used.
 *
 * <p>Workers write parts ({@link org.sparkstrom.spark.checkpoint.PartFile}), the driver makes them
 * a checkpoint ({@link org.sparkstrom.spark.checkpoint.CheckpointDirectory}). What the parts hold
 * is the affair of the training package; this one knows bytes, names and files.
 */
package org.sparkstrom.spark.checkpoint;
