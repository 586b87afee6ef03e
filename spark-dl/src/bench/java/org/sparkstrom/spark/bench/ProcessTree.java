// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/** The processes of a contestant: how much memory they have had at most, and how they are ended. */
final class ProcessTree {
  private static final String RESIDENT = "VmRSS:";

  private long peakKilobytes;

  /** Looks at processes and all that they have started; to be called again and again. */
  void observe(Collection<ProcessHandle> roots) {
    long together =
        roots.stream()
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
            .mapToLong(process -> residentKilobytes(process.pid()))
            .sum();
    peakKilobytes = Math.max(peakKilobytes, together);
  }

  private static long residentKilobytes(long pid) {
    try (Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return status
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // it has just ended
    }
  }

  /** The most that they had together. */
  double peakMegabytes() {
    return peakKilobytes / 1024.0;
  }

  /** Ends a process and all that it has started. */
  static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
