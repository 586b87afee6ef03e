// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.nd4j.linalg.api.memory.deallocation.DeallocatableReference;
import org.nd4j.linalg.api.memory.deallocation.DeallocatorService;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the off-heap memory of collected ND4J arrays after a grace period, in place of ND4J's own
 * threads, which free it at once.
 *
 * <p>ND4J 1.0.0-M2.1 passes native calls the buffers of temporary arrays to which nothing refers
 * any more (the dimensions of a broadcast, as in the bias of a dense layer). A garbage collection
 * during such a call lets ND4J free the buffer that the call is reading, and the JVM dies with a
 * SIGSEGV in {@code sd::DataBuffer::primary()}. A call that has begun before its buffer was
 * collected is over long before the grace period is.
 *
 * <p>One thread per queue. The fields of ND4J that it needs are private; where they are not there,
 * ND4J is left as it is.
 */
final class DeferredDeallocation implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(DeferredDeallocation.class);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final long POLL_MS = 100;
  private static final long JOIN_MS = 1_000;

  private final ReferenceQueue<?> queue;
  private final Map<String, ?> registered;
  private final long graceNs;
  private final LongSupplier nanoClock;
  private final Queue<Pending> pending = new ArrayDeque<>();

  /** A collected array's reference and when we learned of it. */
  private record Pending(DeallocatableReference reference, long sinceNs) {}

  DeferredDeallocation(
      ReferenceQueue<?> queue, Map<String, ?> registered, Duration grace, LongSupplier nanoClock) {
    this.queue = queue;
    this.registered = registered;
    this.graceNs = grace.toNanos();
    this.nanoClock = nanoClock;
  }

  /** Takes over from ND4J's threads, for the life of this JVM. To be called once. */
  static void replaceNd4jThreads() {
    DeallocatorService service = Nd4j.getDeallocatorService();
    try {
      Thread[] threads = (Thread[]) field(service, "deallocatorThreads");
      ReferenceQueue<?>[] queues = (ReferenceQueue<?>[]) field(service, "queues");
      Map<?, ?> references = (Map<?, ?>) field(service, "referenceMap");
      if (threads == null || queues == null) {
        return; // ND4J was told to free nothing by itself
      }
      Nd4j.getMemoryManager().togglePeriodicGc(false);
      for (Thread thread : threads) {
        thread.interrupt();
        thread.join(JOIN_MS);
      }
      for (ReferenceQueue<?> queue : queues) {
        @SuppressWarnings("unchecked") // ND4J declares Map<String, DeallocatableReference>
        Map<String, ?> registered = (Map<String, ?>) references;
        Thread thread =
            new Thread(
                new DeferredDeallocation(queue, registered, GRACE, System::nanoTime),
                "sparkstrom-nd4j-deallocation");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (ReflectiveOperationException | ClassCastException e) {
      LOG.warn(
          "this ND4J frees arrays in a way of its own ({}); it is left as it is", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Object field(DeallocatorService service, String name)
      throws ReflectiveOperationException {
    Field field = DeallocatorService.class.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(service);
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        turn(pending.isEmpty() ? 0 : POLL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Takes what has been collected and frees what has waited long enough.
   *
   * @param waitMs how long to wait for the next collected array; 0 for as long as it takes
   */
  void turn(long waitMs) throws InterruptedException {
    Reference<?> collected = queue.remove(waitMs);
    while (collected != null) {
      pending.add(new Pending((DeallocatableReference) collected, nanoClock.getAsLong()));
      collected = queue.poll();
    }
    long nowNs = nanoClock.getAsLong();
    while (!pending.isEmpty() && nowNs - pending.peek().sinceNs() >= graceNs) {
      free(pending.remove().reference());
    }
  }

  private void free(DeallocatableReference reference) {
    try {
      reference.getDeallocator().deallocate();
    } catch (RuntimeException e) {
      LOG.warn("an array's memory could not be freed", e);
    } finally {
      registered.remove(reference.getId());
    }
  }
}
