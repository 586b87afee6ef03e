// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.util.Comparator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A complete checkpoint.
 *
 * @param path its directory
 * @param manifest what it holds
 */
public record Checkpoint(Path path, Manifest manifest) {

  /** The older first; of the same round, the one written first. */
  static final Comparator<Checkpoint> BY_AGE =
      Comparator.<Checkpoint>comparingLong(c -> c.manifest().round())
          .thenComparingLong(c -> c.manifest().createdMs());

  /** Bytes of all parts. */
  public long lengthBytes() {
    return manifest.parts().stream().mapToLong(PartFile::lengthBytes).sum();
  }

  /** Its files. */
  public PartList parts() {
    return new PartList(manifest.parts());
  }

  /**
   * Reads the part that all workers have in common.
   *
   * @throws CheckpointException if it is missing or damaged
   */
  public CheckpointPart readCommon(FileSystem files) {
    return parts().common().read(files, path);
  }

  /**
   * Reads and checks all parts, one after the other.
   *
   * @throws CheckpointException if one is missing or damaged
   */
  void verify(FileSystem files) {
    manifest.parts().forEach(part -> part.read(files, path));
    PartFile unused = parts().common();
    PartFile unusedToo = parts().ofAnyWorker();
  }
}
