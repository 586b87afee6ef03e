// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

/** What is kept. */
enum EntryKind {
  /** Fitted models, whose bytes are checked before they are used. */
  MODEL("models"),
  /** Rows between two stages, of which only the files' lengths are checked: there may be many. */
  ROWS("outputs");

  private final String folder;

  EntryKind(String folder) {
    this.folder = folder;
  }

  String folder() {
    return folder;
  }
}
