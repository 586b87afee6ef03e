// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The files of one checkpoint: of each worker that was there, and what all have in common.
 *
 * @param files in any order
 */
public record PartList(List<PartFile> files) implements Serializable {

  public PartList {
    files = List.copyOf(files);
  }

  /** The file of a rank; empty if that worker was missing. */
  public Optional<PartFile> ofRank(int rank) {
    return files.stream().filter(part -> part.rank() == rank).findFirst();
  }

  /**
   * The file that all workers have in common.
   *
   * @throws CheckpointException if there is none
   */
  public PartFile common() {
    return ofRank(PartFile.COMMON)
        .orElseThrow(() -> new CheckpointException("a checkpoint has no part for all workers"));
  }

  /**
   * The file of a worker that was there: that of the lowest rank.
   *
   * @throws CheckpointException if there is none
   */
  public PartFile ofAnyWorker() {
    return files.stream()
        .filter(part -> part.rank() >= 0)
        .min(Comparator.comparingInt(PartFile::rank))
        .orElseThrow(() -> new CheckpointException("a checkpoint has no part of any worker"));
  }
}
