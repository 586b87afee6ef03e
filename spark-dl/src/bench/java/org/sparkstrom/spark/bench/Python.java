// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Finds out whether the contestants in Python can run. */
final class Python {
  private static final int ANSWER_SECONDS = 60;

  private Python() {}

  /** True if the interpreter is there and has torch. */
  static boolean hasTorch(String python) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(python, "-c", "import torch, torch.distributed")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS);
      ProcessTree.end(process);
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }
}
