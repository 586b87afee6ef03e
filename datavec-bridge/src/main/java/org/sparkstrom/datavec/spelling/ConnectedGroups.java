// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import java.util.HashMap;
import java.util.Map;

/**
 * Groups of texts of which each is connected with some other of its group: sets that are united
 * pair by pair (Galler and Fischer, "An improved equivalence algorithm", 1964). The least text
 * names its group, so the order of pairs does not matter. Not thread-safe.
 */
final class ConnectedGroups {
  private final Map<String, String> parents = new HashMap<>();

  /** Puts both into one group. */
  void connect(String one, String other) {
    String first = groupOf(one);
    String second = groupOf(other);
    if (first.compareTo(second) <= 0) {
      parents.put(second, first);
    } else {
      parents.put(first, second);
    }
  }

  /** The least text of the group; the text itself when it was connected with nothing. */
  String groupOf(String text) {
    String root = text;
    while (!parents.getOrDefault(root, root).equals(root)) {
      root = parents.get(root);
    }
    String current = text;
    while (!current.equals(root)) {
      String next = parents.get(current);
      parents.put(current, root);
      current = next;
    }
    return root;
  }
}
