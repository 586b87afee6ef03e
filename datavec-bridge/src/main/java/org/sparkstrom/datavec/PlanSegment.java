// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Optional;

/**
 * A run of steps of a process that is carried out in one way: on rows one by one ({@link
 * StepPlan}), on whole sequences ({@link SequencePass}), or a single step over many rows ({@link
 * ReduceSegment}, {@link RankSegment}). A process is a chain of them, because what needs more than
 * one row ends what can be one pass.
 */
interface PlanSegment {
  /** Where the steps run and why, one to a line, each with a line end. */
  String describe();

  /** The rows after the segment, lazily. */
  Frame apply(Frame frame, ProcessRun run);

  /** Why a stream cannot run it, with the remedy; empty when it can. */
  default Optional<String> whyNotOnStreams() {
    return Optional.empty();
  }
}
