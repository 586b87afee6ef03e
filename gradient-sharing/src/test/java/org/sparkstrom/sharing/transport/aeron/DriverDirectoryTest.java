// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverDirectoryTest {
  private static final long FREE = 1;
  private static final long MORE_THAN_ANY_DISK = Long.MAX_VALUE;

  @TempDir private Path first;
  @TempDir private Path second;

  @Test
  void liesInTheFirstPlaceWithRoomReadableByItsOwnerAlone() throws Exception {
    DriverDirectory directory = DriverDirectory.create(List.of(first, second), FREE);

    Path own = directory.driverPath().getParent();
    assertThat(own).hasParent(first);
    assertThat(own.getFileName().toString())
        .matches("sparkstrom-\\w+-" + ProcessHandle.current().pid() + "-[0-9a-f]{12}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rwx------");
    directory.delete();
    directory.delete();
    assertThat(first).isEmptyDirectory();
  }

  @Test
  void goesToTheNextPlaceWhereOneCannotBeUsed() {
    Path missing = first.resolve("missing");

    DriverDirectory directory = DriverDirectory.create(List.of(missing, second), FREE);

    assertThat(directory.driverPath().getParent()).hasParent(second);
  }

  @Test
  void saysWhyNoPlaceWillDo() {
    Path missing = first.resolve("missing");

    assertThatIllegalStateException()
        .isThrownBy(() -> DriverDirectory.create(List.of(missing, second), MORE_THAN_ANY_DISK))
        .withMessageStartingWith("there is no place for Aeron's buffers: ")
        .withMessageContaining(missing + " is no directory")
        .withMessageContaining("but " + MORE_THAN_ANY_DISK + " are needed")
        .withMessageContaining("--shm-size");
  }

  @Test
  void removesWhatDeadDriversOfThisUserLeftBehindAndNothingElse() throws Exception {
    String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9_]", "_");
    long own = ProcessHandle.current().pid();
    Path dead = leftover("sparkstrom-" + user + "-999999999-aa", 20);
    Path longDeadNumberInUse = leftover("sparkstrom-" + user + "-" + own + "-bb", 90);
    Path pausedNumberInUse = leftover("sparkstrom-" + user + "-" + own + "-cc", 20);
    Path starting = leftover("sparkstrom-" + user + "-999999999-dd", 2);
    Path ofAnother = leftover("sparkstrom-" + user + "x-999999999-ee", 90);
    Path foreign = leftover("something-else", 90);

    DriverDirectory.create(List.of(first), FREE);

    assertThat(dead).doesNotExist();
    assertThat(longDeadNumberInUse).doesNotExist();
    assertThat(List.of(pausedNumberInUse, starting, ofAnother, foreign))
        .allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void aRunningDriverShowsAFreshHeartbeat() throws Exception {
    try (MediaDriverLease lease = MediaDriverLease.acquire()) {
      Files.setLastModifiedTime(lease.directory(), FileTime.fromMillis(0));

      assertThat(System.currentTimeMillis() - DriverHeartbeat.lastSeenMs(lease.directory()))
          .isBetween(-1_000L, 5_000L);
    }
  }

  private Path leftover(String name, long ageSeconds) throws IOException {
    Path driver = Files.createDirectories(first.resolve(name).resolve("aeron"));
    Files.writeString(driver.resolve("cnc.dat"), "too short");
    Files.setLastModifiedTime(
        driver, FileTime.fromMillis(System.currentTimeMillis() - 1000 * ageSeconds));
    return driver.getParent();
  }
}
