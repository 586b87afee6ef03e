// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.sharing.transport.Transport;

/** Once a stream is open, a worker may sleep as long as it likes: a frame wakes it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WakingTest {
  private static final long LONG_NS = TimeUnit.MINUTES.toNanos(5);

  @Test
  void aFrameEndsTheSleepOfTheWorkerItIsFor() throws Exception {
    try (Transport one = open(0);
        Transport other = open(1)) {
      one.connect(List.of(TestKeys.peer(1, other.endpoint().port())));
      other.connect(List.of(TestKeys.peer(0, one.endpoint().port())));
      Await.until("connected", () -> one.connected() && other.connected());
      AtomicInteger received = new AtomicInteger();
      one.send(1, ByteBuffer.allocate(100));
      Await.until(
          "the stream is open",
          () ->
              one.poll(frame -> {}) + other.poll(frame -> received.incrementAndGet()) > 0
                  && received.get() == 1);
      Thread worker =
          new Thread(
              () -> {
                while (other.poll(frame -> received.incrementAndGet()) == 0) {
                  LockSupport.parkNanos(LONG_NS);
                }
              },
              "sleeping worker");
      worker.start();
      Await.until("the worker sleeps", () -> worker.getState() == Thread.State.TIMED_WAITING);

      one.send(1, ByteBuffer.allocate(100));
      one.poll(frame -> {});

      worker.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(worker.isAlive()).as("the worker still sleeps").isFalse();
      assertThat(received).hasValue(2);
    }
  }

  private static Transport open(int rank) {
    return AeronTransport.open(AeronConfig.on("127.0.0.1"), TestKeys.ids(rank));
  }
}
