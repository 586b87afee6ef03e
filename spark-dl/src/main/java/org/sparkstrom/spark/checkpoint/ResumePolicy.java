// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

/** What a fit does with checkpoints that are in its directory when it starts. */
public enum ResumePolicy {
  /** Starts anew; checkpoints of an earlier fit are an error, since the two would mix. */
  NEVER,
  /** Goes on from the newest one, or starts anew if there is none; a damaged one is an error. */
  LATEST,
  /** As LATEST, but falls back to the newest one that can be read, and says so in the log. */
  LATEST_READABLE
}
