// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.util.Optional;

/**
 * What a Python class must say of a Param.
 *
 * @param name its name, a legal Python attribute
 * @param doc its documentation, as Java has it
 * @param type what its value is in Python
 * @param standard its default as a Python expression, in which {@code self.uid} is the stage's uid
 * @param settable whether the Java stage has a setter
 */
record ParamFacts(
    String name, String doc, PythonType type, Optional<String> standard, boolean settable) {

  /** The longest default that a signature shows. */
  private static final int SHOWN = 40;

  /** The name with a capital, as in getters and setters. */
  String capitalized() {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /** The parameter of a keyword-only constructor; None stands for what is not given. */
  String parameter() {
    boolean plain = standard.filter(this::isShown).isPresent();
    return plain
        ? "%s: %s = %s".formatted(name, type.hint(), standard.orElseThrow())
        : "%s: Optional[%s] = None".formatted(name, type.hint());
  }

  /** The default as documentation tells it. */
  String told() {
    return standard.map(text -> text.length() > SHOWN ? "see getter" : text).orElse("none");
  }

  private boolean isShown(String text) {
    return text.length() <= SHOWN && !text.contains("self.") && !text.startsWith("[");
  }
}
