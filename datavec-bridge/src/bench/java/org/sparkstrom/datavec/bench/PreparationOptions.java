// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.bench;

/**
 * What the comparison is asked for.
 *
 * @param rows rows of the table
 * @param rounds times that each contestant is on the clock
 * @param output file to which the table is appended; empty for none
 */
record PreparationOptions(long rows, int rounds, String output) {
  private static final long DEFAULT_ROWS = 5_000_000;
  private static final int DEFAULT_ROUNDS = 3;

  PreparationOptions {
    if (rows < 1_000) {
      throw new IllegalArgumentException("--rows must be at least 1000, but is " + rows);
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds must be at least 1, but is " + rounds);
    }
  }

  /**
   * Reads options of the form {@code --NAME VALUE}.
   *
   * @throws IllegalArgumentException for others, with those that there are
   */
  static PreparationOptions parse(String... arguments) {
    long rows = DEFAULT_ROWS;
    int rounds = DEFAULT_ROUNDS;
    String output = "";
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a value");
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--rows" -> rows = Long.parseLong(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--output" -> output = value;
        default ->
            throw new IllegalArgumentException(
                "the options are --rows, --rounds and --output, but one is " + arguments[i]);
      }
    }
    return new PreparationOptions(rows, rounds, output);
  }
}
