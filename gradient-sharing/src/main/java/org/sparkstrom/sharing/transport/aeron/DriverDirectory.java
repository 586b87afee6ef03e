// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one media driver, in memory where there is room for it.
 *
 * <p>Named {@code sparkstrom-<user>-<pid>-<random>} and readable by its owner alone; the driver's
 * files lie in a folder inside. A JVM that was killed leaves its directory behind, so the next one
 * of the same user removes those whose driver is dead.
 */
final class DriverDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(DriverDirectory.class);
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final int DELETE_ATTEMPTS = 20;
  private static final String DRIVER_FOLDER = "aeron";

  /** A driver without a sign of life for so long is dead if its process is gone. */
  private static final Duration DEAD = Duration.ofSeconds(10);

  /** A driver without a sign of life for so long is dead, whoever has its process number now. */
  private static final Duration LONG_DEAD = Duration.ofSeconds(60);

  private final Path base;
  private final Path directory;

  private DriverDirectory(Path base, Path directory) {
    this.base = base;
    this.directory = directory;
  }

  /** A new directory in /dev/shm, or in java.io.tmpdir where /dev/shm lacks the room. */
  static DriverDirectory create(long neededBytes) {
    return create(List.of(MEMORY, Path.of(System.getProperty("java.io.tmpdir"))), neededBytes);
  }

  /** A new directory in the first of the places that has the room, or else in the last one. */
  static DriverDirectory create(List<Path> places, long neededBytes) {
    places.forEach(DriverDirectory::sweep);
    List<String> refusals = new ArrayList<>();
    for (Path place : places) {
      Optional<String> refusal = refusal(place, neededBytes);
      if (refusal.isEmpty()) {
        if (!refusals.isEmpty()) {
          LOG.warn("Aeron's buffers go to {}, which may be slower: {}", place, refusals);
        }
        return new DriverDirectory(place, makeDirectory(place));
      }
      refusals.add(refusal.get());
    }
    throw new IllegalStateException(
        "there is no place for Aeron's buffers: "
            + String.join("; ", refusals)
            + ". Give /dev/shm more room (docker: --shm-size) or set java.io.tmpdir");
  }

  /** Where the driver keeps its files. */
  Path driverPath() {
    return directory.resolve(DRIVER_FOLDER);
  }

  /** Bytes that are free there; the files of running drivers are not sparse. */
  long roomBytes() {
    return roomBytes(base);
  }

  /** Removes the directory and all in it. Idempotent; running drivers keep their mapped memory. */
  void delete() {
    deleteTree(directory);
  }

  private static Optional<String> refusal(Path place, long neededBytes) {
    if (!Files.isDirectory(place)) {
      return Optional.of(place + " is no directory");
    }
    if (!Files.isWritable(place)) {
      return Optional.of(place + " is not writable");
    }
    long room = roomBytes(place);
    return room >= neededBytes
        ? Optional.empty()
        : Optional.of(
            place + " has room for " + room + " bytes, but " + neededBytes + " are needed");
  }

  private static long roomBytes(Path place) {
    try {
      return Files.getFileStore(place).getUsableSpace();
    } catch (IOException e) {
      LOG.debug("cannot tell the room of {}", place, e);
      return 0;
    }
  }

  private static Path makeDirectory(Path place) {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    String name =
        userPrefix() + ProcessHandle.current().pid() + '-' + HexFormat.of().formatHex(random);
    try {
      return Files.createDirectory(
          place.resolve(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a directory for Aeron's buffers in " + place, e);
    }
  }

  /** Removes the directories of this user's dead drivers. */
  private static void sweep(Path place) {
    try {
      for (Path directory : drivers(place, userPrefix())) {
        if (isStale(directory)) {
          LOG.info("removing {}, whose media driver is dead", directory);
          deleteTree(directory);
        }
      }
    } catch (IOException e) {
      LOG.debug("cannot look for dead media drivers in {}", place, e);
    }
  }

  private static boolean isStale(Path directory) {
    try {
      Path driver = directory.resolve(DRIVER_FOLDER);
      long seenMs = DriverHeartbeat.lastSeenMs(Files.isDirectory(driver) ? driver : directory);
      long silentMs = System.currentTimeMillis() - seenMs;
      return silentMs > LONG_DEAD.toMillis()
          || (silentMs > DEAD.toMillis() && !processIsAlive(directory));
    } catch (IOException | RuntimeException e) {
      LOG.debug("cannot tell whether {} is in use", directory, e);
      return false;
    }
  }

  private static boolean processIsAlive(Path directory) {
    String rest = directory.getFileName().toString().substring(userPrefix().length());
    int end = rest.indexOf('-');
    try {
      return end < 0 || ProcessHandle.of(Long.parseLong(rest.substring(0, end))).isPresent();
    } catch (NumberFormatException e) {
      return true;
    }
  }

  private static List<Path> drivers(Path place, String prefix) throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(place)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith(prefix))
          .filter(DriverDirectory::isOurs)
          .toList();
    }
  }

  /** In a folder where everybody may write, a name proves nothing: it must belong to our user. */
  private static boolean isOurs(Path directory) {
    try {
      return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
              .equals(Files.getOwner(Path.of("/proc/self"), LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      LOG.debug("cannot tell whose {} is", directory, e);
      return false;
    }
  }

  /** Removes a directory, again if its driver makes or removes files meanwhile. */
  private static void deleteTree(Path directory) {
    Exception failure = null;
    for (int i = 0; i < DELETE_ATTEMPTS && Files.exists(directory); i++) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | UncheckedIOException e) {
        failure = e;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(i));
      }
    }
    if (Files.exists(directory)) {
      LOG.warn("cannot remove {}: {}", directory, String.valueOf(failure));
    }
  }

  private static String userPrefix() {
    return "sparkstrom-" + System.getProperty("user.name").replaceAll("[^A-Za-z0-9_]", "_") + '-';
  }
}
