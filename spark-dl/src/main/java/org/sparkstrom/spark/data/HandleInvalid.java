// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What happens to a row whose features are null, contain a null, or are not finite as float32.
 *
 * <p>The same policy holds for training and for prediction, so that a model meets at work what it
 * met in training.
 */
public enum HandleInvalid {
  /** The job ends with a message that names row and column. */
  ERROR,
  /** The row is left out. */
  SKIP,
  /** The row stays; each such value counts as 0.0, the mean of a standardized column. */
  KEEP;

  /** The policy of that name, as Spark writes it: {@code error}, {@code skip} or {@code keep}. */
  public static HandleInvalid of(String name) {
    for (HandleInvalid policy : values()) {
      if (policy.toString().equals(name)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "handleInvalid must be one of "
            + Arrays.stream(values()).map(HandleInvalid::toString).collect(Collectors.joining(", "))
            + ", but is '"
            + name
            + "'");
  }

  /** The name as Spark writes it, in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
