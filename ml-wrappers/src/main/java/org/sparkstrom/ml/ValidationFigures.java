// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.List;

/**
 * The figures that a network may be measured by on validation rows, as far as a stage knows before
 * it has its network.
 *
 * @param names of one output
 * @param outputs how many outputs the network may have
 */
record ValidationFigures(List<String> names, Outputs outputs) implements Serializable {

  private static final String LOSS = "loss";

  /** How many outputs a network may have. */
  enum Outputs {
    ONE,
    /** Figures then have the name of their output before them, all but the loss. */
    ANY
  }

  ValidationFigures {
    names = List.copyOf(names);
  }

  /** Whether a network may have a figure of this name. */
  boolean contains(String name) {
    int slash = name.lastIndexOf('/');
    String figure = name.substring(slash + 1);
    return names.contains(figure)
        && (slash < 0 || (slash > 0 && outputs == Outputs.ANY && !figure.equals(LOSS)));
  }

  /** All of them, for people. */
  String inWords() {
    int last = names.size() - 1;
    String words = String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    return outputs == Outputs.ONE
        ? words
        : words + " (of several outputs all but the loss with 'NAME/' before)";
  }
}
