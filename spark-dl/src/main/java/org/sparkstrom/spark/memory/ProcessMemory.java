// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What this process may take and takes, as Linux tells it: the memory of the machine or of the
 * container, whichever is less, and the resident set.
 *
 * @param limitBytes most that the process can take, heap included
 * @param heapBytes most that the JVM's heap takes
 */
public record ProcessMemory(long limitBytes, long heapBytes) {

  private static final Path STATM = Path.of("/proc/self/statm");
  private static final List<Path> CGROUP_LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
  private static final long PAGE_BYTES = 4096;

  /** What this JVM has. */
  public static ProcessMemory current() {
    long limit = totalBytes(Path.of("/proc/meminfo"));
    for (Path file : CGROUP_LIMITS) {
      limit = Math.min(limit, number(file).orElse(Long.MAX_VALUE));
    }
    return new ProcessMemory(limit, Runtime.getRuntime().maxMemory());
  }

  /** What remains beside the heap. */
  public long nativeBytes() {
    return Math.max(0, limitBytes - heapBytes);
  }

  /** Bytes of this process that are in memory now; 0 where the system does not tell. */
  public static long residentBytes() {
    try {
      return Long.parseLong(Files.readString(STATM).split(" ", 3)[1]) * PAGE_BYTES;
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return 0;
    }
  }

  /** MemTotal, or no limit where there is no such file. */
  static long totalBytes(Path meminfo) {
    try {
      return Files.readAllLines(meminfo).stream()
          .filter(line -> line.startsWith("MemTotal:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** The number in a file of the cgroup file system; empty if it says "max" or is not there. */
  static OptionalLong number(Path file) {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
