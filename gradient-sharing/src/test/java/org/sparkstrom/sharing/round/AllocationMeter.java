// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Watches over what one thread allocates in each of many runs.
 *
 * <p>The first time that a message is made, the JVM links the code that makes it, which allocates
 * once; so a few runs may exceed the limit.
 */
final class AllocationMeter {
  private static final int MAX_FIRST_TIMES = 64;
  private static final long MAX_BYTES_FOR_A_FIRST_TIME = 2 << 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long before;
  private long most;
  private int firstTimes;

  void start() {
    before = threads.getCurrentThreadAllocatedBytes();
  }

  /** Ends what {@link #start} began. */
  void requireAtMost(long limit) {
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    if (bytes > limit) {
      firstTimes++;
      assertThat(bytes).as("allocated at once").isLessThan(MAX_BYTES_FOR_A_FIRST_TIME);
      assertThat(firstTimes).as("runs that allocated too much").isLessThan(MAX_FIRST_TIMES);
    } else {
      most = Math.max(most, bytes);
    }
  }

  /** CPU time of this thread. */
  long cpuNs() {
    return threads.getCurrentThreadCpuTime();
  }

  @Override
  public String toString() {
    return "at most %d bytes allocated, but %d times more".formatted(most, firstTimes);
  }
}
