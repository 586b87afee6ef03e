// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prepares ND4J twice in a new JVM where it cannot run, and writes both errors. */
final class MissingNativesInFreshJvm {

  private MissingNativesInFreshJvm() {}

  /**
   * Runs it.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.println("first=" + error());
    out.println("second=" + error());
  }

  private static String error() {
    try {
      NativeRuntime.prepare();
      return "none";
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }
}
