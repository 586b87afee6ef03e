// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.lang.reflect.Array;
import java.util.StringJoiner;

/** Java values as Python source text. */
final class PythonText {

  private PythonText() {}

  /**
   * The value as a Python literal, which evaluates to it.
   *
   * @throws IllegalArgumentException if there is none for such a value
   */
  static String literal(Object value) {
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof Boolean bool) {
      return bool ? "True" : "False";
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? Double.toString(number)
          : "float(\"" + Double.toString(number).replace("Infinity", "inf") + "\")";
    }
    if (value instanceof Integer || value instanceof Long) {
      return value.toString();
    }
    if (value != null && value.getClass().isArray()) {
      StringJoiner list = new StringJoiner(", ", "[", "]");
      for (int i = 0; i < Array.getLength(value); i++) {
        list.add(literal(Array.get(value, i)));
      }
      return list.toString();
    }
    throw new IllegalArgumentException(
        "a default must be text, a number, a boolean or an array of these, but is "
            + (value == null ? "null" : value.getClass().getName()));
  }

  /** A Python string literal in double quotes. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ') {
            quoted.append("\\x%02x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Text for the inside of a docstring. */
  static String inDocstring(String text) {
    return text.replace("\\", "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
  }
}
