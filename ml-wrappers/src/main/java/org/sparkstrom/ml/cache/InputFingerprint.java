// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.Objects;
import org.apache.spark.sql.Dataset;

/**
 * Tells by a text whether two runs have the same rows before them. Which way is right and cheap
 * depends on where the rows come from, so a {@link RunCache} is given one.
 */
@FunctionalInterface
public interface InputFingerprint {

  /**
   * The fingerprint of these rows; equal for the same rows in any JVM.
   *
   * @throws IllegalArgumentException if this way cannot tell for these rows
   */
  String of(Dataset<?> data);

  /**
   * By the files that are read: path, length and time of modification of each, format, options,
   * schema, and what Spark does with them. Reads no row. A file that is changed within its file
   * system's grain of time and keeps its length goes unnoticed.
   *
   * <p>Refuses rows that do not come from files alone, functions of users and typed operations,
   * whose code is not in the plan, columns that are not deterministic or tell the time or the user,
   * samples, limits of rows that are not sorted, rows that are persisted, and files that have
   * changed since the rows' DataFrame was made.
   */
  static InputFingerprint files() {
    return FileFingerprint::of;
  }

  /**
   * By the rows themselves: two 64-bit hashes of each row's stored form, summed over all rows, and
   * their number. Takes one pass; the order of rows and their partitions do not matter. It is no
   * guard against rows that were made to collide.
   *
   * <p>Refuses rows that are computed anew each time with columns that are not deterministic.
   */
  static InputFingerprint content() {
    return ContentFingerprint::of;
  }

  /** By what the caller knows, such as the name and the version of a table. Asks nothing. */
  static InputFingerprint given(String version) {
    Objects.requireNonNull(version, "version");
    return data -> "given " + Sha256.of(version);
  }
}
