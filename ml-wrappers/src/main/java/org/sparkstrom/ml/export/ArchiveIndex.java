// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first entry of an archive, {@code index.json}: what other entries it has. A reader believes
 * no name and no length that does not stand here and pass these checks.
 *
 * @param format version of the archive
 * @param files lengths and SHA-256 by the names of entries
 */
record ArchiveIndex(int format, Map<String, Facts> files) {
  static final String NAME = "index.json";
  static final String RECORD = "record.json";
  static final String MODEL = "model/";
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an entry must be. */
  record Facts(long lengthBytes, String sha256) {}

  ArchiveIndex {
    files = new TreeMap<>(files);
    files.keySet().forEach(ArchiveIndex::requireSafe);
  }

  static ArchiveIndex of(Map<String, Facts> files) {
    return new ArchiveIndex(FORMAT, files);
  }

  /** Refuses a name that could lead out of the folder to which it is unpacked. */
  static void requireSafe(String name) {
    boolean known = name.equals(RECORD) || name.startsWith(MODEL);
    boolean safe = known && !name.contains("\\") && !name.contains(":") && !name.contains("\0");
    for (String part : name.split("/", -1)) {
      safe &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    if (!safe) {
      throw new IllegalArgumentException(
          "an archive must have %s and files under %s alone, but has '%s'; it was not made by this library"
              .formatted(RECORD, MODEL, name));
    }
  }

  String toJson() {
    return JSON.valueToTree(this).toPrettyString();
  }

  static ArchiveIndex fromJson(String text, String path) {
    try {
      ArchiveIndex index = JSON.readValue(text, ArchiveIndex.class);
      if (index.format() != FORMAT) {
        throw new IllegalArgumentException(
            "'%s' must be of format %d, but is of %d; take a newer version of this library"
                .formatted(path, FORMAT, index.format()));
      }
      return index;
    } catch (JsonProcessingException e) {
      // The cause has what a check of ours says
      Throwable reason = e.getCause() instanceof IllegalArgumentException cause ? cause : e;
      throw new IllegalArgumentException(
          "'%s' has a damaged index: %s".formatted(path, reason.getMessage()), e);
    }
  }
}
