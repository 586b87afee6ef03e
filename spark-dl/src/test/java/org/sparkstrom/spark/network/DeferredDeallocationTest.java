// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.Deallocatable;
import org.nd4j.linalg.api.memory.Deallocator;
import org.nd4j.linalg.api.memory.deallocation.DeallocatableReference;
import org.nd4j.linalg.factory.Nd4j;

class DeferredDeallocationTest {

  private final ReferenceQueue<Deallocatable> queue = new ReferenceQueue<>();
  private final AtomicInteger freed = new AtomicInteger();
  private final AtomicLong nowNs = new AtomicLong(-5);

  /** Something with off-heap memory. */
  private record Buffer(String id, Deallocator deallocator) implements Deallocatable {
    @Override
    public String getUniqueId() {
      return id;
    }

    @Override
    public int targetDevice() {
      return 0;
    }
  }

  @Test
  void freesACollectedBufferAfterTheGracePeriodAndNotBefore() throws InterruptedException {
    Buffer buffer = new Buffer("one", freed::incrementAndGet);
    DeallocatableReference reference = new DeallocatableReference(buffer, queue);
    Map<String, DeallocatableReference> registered = new HashMap<>(Map.of("one", reference));
    DeferredDeallocation deallocation =
        new DeferredDeallocation(queue, registered, Duration.ofNanos(100), nowNs::get);
    reference.enqueue();

    deallocation.turn(1);
    nowNs.addAndGet(99);
    deallocation.turn(1);
    assertThat(freed).hasValue(0);
    assertThat(registered).hasSize(1);

    nowNs.addAndGet(1);
    deallocation.turn(1);
    assertThat(freed).hasValue(1);
    assertThat(registered).isEmpty();
  }

  @Test
  void nd4jsOwnThreadsAreReplaced() {
    NativeRuntime.prepare();
    Nd4j.create(2, 2).addi(1).close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("DeallocatorServiceThread"))
        .contains("sparkstrom-nd4j-deallocation");
  }
}
