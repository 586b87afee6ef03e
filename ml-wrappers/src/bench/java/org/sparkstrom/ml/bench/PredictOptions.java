// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The options of {@link Predict}.
 *
 * @param data folder with MNIST's training images
 * @param rows rows that each contestant predicts
 * @param python a Python that may have torch
 * @param pytorchProgram PyTorch's part of the comparison
 * @param output file that the table is appended to; empty for none
 */
record PredictOptions(String data, int rows, String python, String pytorchProgram, String output) {

  private static final Map<String, String> DEFAULTS =
      Map.of("--rows", "1000000", "--python", "python3", "--output", "");
  private static final Set<String> NAMES =
      Set.of("--data", "--rows", "--python", "--pytorch-program", "--output");

  PredictOptions {
    int step = Predict.BASE_ROWS * Predict.COPIES;
    if (rows < step || rows % step != 0) {
      throw new IllegalArgumentException(
          "--rows must be a multiple of %d, but is %d".formatted(step, rows));
    }
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if an option is unknown, without a value, or missing
   */
  static PredictOptions parse(String[] arguments) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    for (int i = 0; i < arguments.length; i += 2) {
      if (!NAMES.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "options must be pairs of one of %s and a value, but there is '%s'"
                .formatted(NAMES, arguments[i]));
      }
      values.put(arguments[i], arguments[i + 1]);
    }
    if (!values.keySet().containsAll(NAMES)) {
      throw new IllegalArgumentException("--data and --pytorch-program must be given");
    }
    return new PredictOptions(
        values.get("--data"),
        Integer.parseInt(values.get("--rows")),
        values.get("--python"),
        values.get("--pytorch-program"),
        values.get("--output"));
  }
}
