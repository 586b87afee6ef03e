// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept under a key: the manifest {@code entry.json} beside the folder {@code saved}.
 *
 * @param format version of this file
 * @param kind models or rows
 * @param key what it is kept under
 * @param name of its folder, unlike that of any other entry of the key
 * @param run that made it
 * @param content hash of what was saved
 * @param files what the folder must have
 */
record Entry(
    int format,
    EntryKind kind,
    String key,
    String name,
    String run,
    String content,
    SortedMap<String, SavedFolder.FileFacts> files) {
  static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  Entry {
    files = new TreeMap<>(files);
  }

  /** The entry's folder under the cache's root. */
  String place() {
    return place(kind, key, name);
  }

  static String place(EntryKind kind, String key, String name) {
    return kind.folder() + "/" + key + "/" + name;
  }

  String toJson() {
    return JSON.valueToTree(this).toPrettyString();
  }

  /**
   * The entry that this text describes.
   *
   * @throws IllegalArgumentException if it is damaged
   */
  static Entry fromJson(String text) {
    try {
      Entry entry = JSON.readValue(text, Entry.class);
      if (entry == null || entry.format != FORMAT) {
        throw new IllegalArgumentException("its format is not " + FORMAT);
      }
      return entry;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its manifest is damaged: " + e.getOriginalMessage(), e);
    }
  }
}
