// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What long tests have measured, in target/figures.txt, which scripts/test-slow shows. */
final class Figures {
  private static final Path FILE = Path.of("target", "figures.txt");

  private Figures() {}

  /** Appends a line. */
  static void note(String line) {
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
