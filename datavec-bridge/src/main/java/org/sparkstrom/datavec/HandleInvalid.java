// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of a row that a step or a conversion refuses.
 *
 * <p>A row is invalid when a value cannot be converted, when a step throws on it (a category never
 * seen, a number that does not parse, a null in arithmetic), or when a final value breaks a
 * restriction of the final schema (a state that is not listed, a number out of its range).
 */
public enum HandleInvalid {
  /** The job fails with an {@link InvalidRowException} that names step or column, and the row. */
  ERROR,
  /** The row is left out. */
  SKIP,
  /**
   * The row stays. What could not be computed is null; a value that merely breaks a restriction of
   * the final schema is kept as it is; a filter that throws keeps the row.
   */
  KEEP;

  /**
   * The policy of this name, as the spark.ml Param writes it.
   *
   * @throws IllegalArgumentException when there is none; the message lists those that exist
   */
  public static HandleInvalid of(String name) {
    for (HandleInvalid policy : values()) {
      if (policy.paramValue().equals(name)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "handleInvalid must be one of " + paramValues() + ", but is '" + name + "'");
  }

  /** The name as Params spell it: error, skip, keep. */
  public String paramValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> paramValues() {
    return Arrays.stream(values()).map(HandleInvalid::paramValue).toList();
  }
}
