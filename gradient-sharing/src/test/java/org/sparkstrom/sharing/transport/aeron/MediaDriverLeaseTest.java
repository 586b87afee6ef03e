// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MediaDriverLeaseTest {

  @Test
  void oneDriverServesAllLeasesAndGoesWithTheLast() {
    MediaDriverLease first = MediaDriverLease.acquire();
    MediaDriverLease second = MediaDriverLease.acquire();
    Path directory = first.directory();

    assertThat(second.directory()).isEqualTo(directory);
    assertThat(first.roomBytes()).isPositive();
    first.close();
    first.close();
    assertThat(directory).exists();
    second.close();
    assertThat(directory.getParent()).doesNotExist();

    try (MediaDriverLease next = MediaDriverLease.acquire()) {
      assertThat(next.directory()).isNotEqualTo(directory).exists();
    }
  }

  @Test
  void closesCleanlyOnAnInterruptedThread() {
    MediaDriverLease lease = MediaDriverLease.acquire();

    Thread.currentThread().interrupt();
    lease.close();

    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(Files.exists(lease.directory().getParent())).isFalse();
  }
}
