// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Arrays;

/**
 * Cores in virtual time: one for each thread, or a few that all threads of one machine share. Each
 * worker has two threads: its own, and its media driver's. A thread that has slept takes longer.
 */
final class Processors {
  /** A thread without work for so long sleeps. */
  private static final long ASLEEP_NS = 20_000;

  private final VirtualTime time;
  private final FrameCosts frames;
  private final long[] coreFreeNs;
  private final long[] threadFreeNs;
  private final int workers;
  private final boolean shared;

  private Processors(VirtualTime time, FrameCosts frames, int workers, int cores, boolean shared) {
    this.time = time;
    this.frames = frames;
    this.coreFreeNs = new long[cores];
    this.threadFreeNs = new long[2 * workers];
    this.workers = workers;
    this.shared = shared;
  }

  /** A machine for each worker. */
  static Processors ofTheirOwn(VirtualTime time, FrameCosts frames, int workers) {
    return new Processors(time, frames, workers, 2 * workers, false);
  }

  /** One machine for all workers. */
  static Processors shared(VirtualTime time, FrameCosts frames, int workers, int cores) {
    return new Processors(time, frames, workers, cores, true);
  }

  /** Takes a core for the worker as soon as it and one are free; returns when the work is done. */
  long work(int worker, double costNs) {
    return run(worker, costNs, frames.workerWakeNs());
  }

  /** The same for the worker's media driver. */
  long drive(int worker, double costNs) {
    return run(workers + worker, costNs, frames.driverWakeNs());
  }

  private long run(int thread, double costNs, double wakeNs) {
    boolean slept = time.nowNs() - threadFreeNs[thread] > ASLEEP_NS;
    int core = shared ? freest() : thread;
    long startNs = Math.max(time.nowNs(), Math.max(coreFreeNs[core], threadFreeNs[thread]));
    long endNs = startNs + (long) (slept ? costNs + wakeNs : costNs);
    coreFreeNs[core] = endNs;
    threadFreeNs[thread] = endNs;
    return endNs;
  }

  private int freest() {
    long first = Arrays.stream(coreFreeNs).min().orElseThrow();
    int core = 0;
    while (coreFreeNs[core] != first) {
      core++;
    }
    return core;
  }
}
