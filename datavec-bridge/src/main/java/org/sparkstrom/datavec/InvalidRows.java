// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The end of an invalid row under {@link HandleInvalid#ERROR} and {@link HandleInvalid#SKIP}: an
 * error that shows the row, or nothing.
 */
record InvalidRows(HandleInvalid policy, List<String> columns, SkipCount skipped) {
  private static final int MAX_VALUE_CHARS = 60;
  private static final int MAX_ROW_CHARS = 1_000;

  <T> Optional<T> handle(InvalidValueException problem, Supplier<List<?>> values) {
    if (policy == HandleInvalid.SKIP) {
      skipped.add();
      return Optional.empty();
    }
    throw new InvalidRowException(
        problem.getMessage()
            + "; row "
            + describe(values.get())
            + "; correct or filter such rows, or set handleInvalid to skip (leave the row out) or"
            + " keep (null for what cannot be computed)",
        problem.getCause());
  }

  private String describe(List<?> values) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String name = i < columns.size() ? columns.get(i) : "value " + i;
      pairs.add(name + "=" + cut(String.valueOf(values.get(i)), MAX_VALUE_CHARS));
    }
    return cut(pairs.toString(), MAX_ROW_CHARS);
  }

  private static String cut(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit) + "...";
  }
}
