// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;

/**
 * The limits and the folder of JavaCPP, which loads ND4J's native library, computed from what Spark
 * gives this JVM.
 *
 * <p>JavaCPP reads them from system properties, once, when its class {@code Pointer} is
 * initialized; they are set before that, and what the user has set stays. They exist so that nobody
 * has to know them: the default limits are multiples of the heap, which says nothing about memory
 * outside it, and cost a look at the resident memory at each allocation.
 *
 * <table>
 *   <caption>Properties, after {@code org.bytedeco.javacpp.}</caption>
 *   <tr><td>maxbytes</td><td>what remains beside the heap</td></tr>
 *   <tr><td>maxphysicalbytes</td><td>0: no look at each allocation</td></tr>
 *   <tr><td>cachedir</td><td>where native libraries are unpacked: in Spark's local folder, which
 *       Spark removes; executors of an application on one host share it where they can</td></tr>
 * </table>
 */
final class JavaCppSettings {

  private static final String PREFIX = "org.bytedeco.javacpp.";
  private static final String MAX_BYTES = PREFIX + "maxbytes";
  private static final String MAX_PHYSICAL_BYTES = PREFIX + "maxphysicalbytes";
  private static final String CACHE_DIRECTORY = PREFIX + "cachedir";

  /** The other spelling that JavaCPP takes for each. */
  private static final Map<String, String> OTHER_SPELLING =
      Map.of(
          MAX_BYTES, PREFIX + "maxBytes",
          MAX_PHYSICAL_BYTES, PREFIX + "maxPhysicalBytes",
          CACHE_DIRECTORY, PREFIX + "cacheDir");

  private final Map<String, String> wanted = new LinkedHashMap<>();

  /**
   * The settings for a JVM.
   *
   * @param nativeBytes what it may take beside its heap; empty to leave JavaCPP's limit
   * @param cacheDirectory where native libraries are unpacked; empty for JavaCPP's own folder
   */
  JavaCppSettings(OptionalLong nativeBytes, Optional<Path> cacheDirectory) {
    nativeBytes.ifPresent(bytes -> wanted.put(MAX_BYTES, Long.toString(bytes)));
    wanted.put(MAX_PHYSICAL_BYTES, "0");
    cacheDirectory.ifPresent(folder -> wanted.put(CACHE_DIRECTORY, folder.toString()));
  }

  /** Sets what the user has not set. */
  void applyTo(Properties properties) {
    wanted
        .keySet()
        .removeIf(
            name ->
                properties.getProperty(name) != null
                    || properties.getProperty(OTHER_SPELLING.get(name)) != null);
    wanted.forEach(properties::setProperty);
  }

  /**
   * What JavaCPP does otherwise than {@link #applyTo} has told it, because it was in use before.
   *
   * @param maxBytes the limit that JavaCPP has
   * @param maxPhysicalBytes the limit on the resident memory that it has
   * @return sentences for the log; empty if all is as it should be
   */
  List<String> differences(long maxBytes, long maxPhysicalBytes) {
    return List.of(
            difference(MAX_BYTES, maxBytes), difference(MAX_PHYSICAL_BYTES, maxPhysicalBytes))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<String> difference(String name, long actual) {
    String value = wanted.get(name);
    return value == null || value.equals(Long.toString(actual))
        ? Optional.empty()
        : Optional.of("%s is %d and would be %s".formatted(name, actual, value));
  }
}
