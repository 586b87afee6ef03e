// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.List;
import org.sparkstrom.spark.checkpoint.Checkpoint;
import org.sparkstrom.spark.checkpoint.PartList;

/**
 * The checkpoint that a fit goes on from, as workers get it.
 *
 * @param path its directory; empty if the fit starts anew
 * @param parts its files
 */
record ResumePoint(String path, PartList parts) implements Serializable {

  /** The start of a fit that does not resume. */
  static final ResumePoint NONE = new ResumePoint("", new PartList(List.of()));

  static ResumePoint of(Checkpoint checkpoint) {
    return new ResumePoint(checkpoint.path().toString(), checkpoint.parts());
  }

  boolean isPresent() {
    return !path.isEmpty();
  }
}
