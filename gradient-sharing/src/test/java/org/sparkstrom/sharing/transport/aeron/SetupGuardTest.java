// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SetupGuardTest {

  @Test
  void aStreamWithLongerTermsThanOursIsIgnored() {
    try (AeronTransport transport = AeronTransport.open(AeronConfig.on("127.0.0.1"));
        MediaDriverLease lease = MediaDriverLease.acquire();
        Aeron stranger =
            Aeron.connect(new Aeron.Context().aeronDirectoryName(lease.directory().toString()))) {
      String channel = "aeron:udp?endpoint=" + transport.endpoint() + "|term-length=";
      ExclusivePublication tooLong = stranger.addExclusivePublication(channel + "2m", 1);
      long startNs = System.nanoTime();
      ExclusivePublication allowed = stranger.addExclusivePublication(channel + "1m", 1);

      awaitConnected(allowed);
      long tookNs = System.nanoTime() - startNs;
      LockSupport.parkNanos(Math.max(3 * tookNs, TimeUnit.MILLISECONDS.toNanos(300)));

      assertThat(tooLong.isConnected()).isFalse();
    }
  }

  private static void awaitConnected(ExclusivePublication publication) {
    while (!publication.isConnected()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      assertThat(Thread.interrupted()).as("the test's time is over").isFalse();
    }
  }
}
