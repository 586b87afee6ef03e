// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * The code that a run was made with.
 *
 * @param sparkstrom version of this library; "development" where it runs from no jar
 * @param spark version of Spark
 * @param callers what the caller calls the version of code of his own; empty for none
 */
public record CodeVersion(String sparkstrom, String spark, String callers) {

  static CodeVersion of(SparkContext context, String callers) {
    String own = CodeVersion.class.getPackage().getImplementationVersion();
    return new CodeVersion(
        Optional.ofNullable(own).orElse("development"), context.version(), callers);
  }

  /** The hash of all versions and of a stage's class file, which changes between releases too. */
  String hash(Class<?> stage) {
    return Sha256.of(sparkstrom, spark, callers, stage.getName(), classFile(stage));
  }

  private static String classFile(Class<?> type) {
    String name = type.getName();
    try (InputStream in =
        type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
      return in == null ? "" : Sha256.of(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class file of " + name, e);
    }
  }
}
