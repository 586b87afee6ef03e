// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.sparkstrom.spark.SparkTests;

/** Starts Spark in a new JVM, then ND4J as a fit would, and writes what JavaCPP has become. */
final class NativeSettingsInFreshJvm {

  private NativeSettingsInFreshJvm() {}

  /**
   * Runs it.
   *
   * @param args a folder for Spark's local files
   */
  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    SparkSession session = SparkTests.builder().config("spark.local.dir", args[0]).getOrCreate();
    try {
      NativeRuntime.prepare();
      out.println("maxBytes=" + Pointer.maxBytes());
      out.println("maxPhysicalBytes=" + Pointer.maxPhysicalBytes());
      Path unpacked = Loader.getCacheDir().toPath().toRealPath();
      if (!Files.isDirectory(unpacked)) {
        throw new IllegalStateException(unpacked + " is no folder");
      }
      out.println("unpacked=" + unpacked);
      session.stop();
      out.println("afterTheSession=" + Files.isDirectory(unpacked));
    } finally {
      session.stop();
    }
  }
}
