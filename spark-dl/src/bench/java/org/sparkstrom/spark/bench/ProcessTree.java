// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The processes of a contestant: how much memory they have had at most, and how they are ended. */
final class ProcessTree {
  private static final String PEAK = "VmHWM:";

  private final Map<Long, Long> peakKilobytes = new HashMap<>();

  /** Looks at processes and all that they have started; to be called again and again. */
  void observe(Collection<ProcessHandle> roots) {
    roots.stream()
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .forEach(process -> observe(process.pid()));
  }

  private void observe(long pid) {
    try (Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      status
          .filter(line -> line.startsWith(PEAK))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .forEach(kilobytes -> peakKilobytes.merge(pid, kilobytes, Math::max));
    } catch (IOException | UncheckedIOException e) {
      // it has ended between two looks; what it had before is known
    }
  }

  /** The sum of what each process had at most. */
  double peakMegabytes() {
    return peakKilobytes.values().stream().mapToLong(Long::longValue).sum() / 1024.0;
  }

  /** Ends a process and all that it has started. */
  static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
