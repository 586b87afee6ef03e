// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Arrays;

/** Cores in virtual time: one for each worker, or a few that all workers of one machine share. */
final class Processors {
  private final VirtualTime time;
  private final long[] coreFreeNs;
  private final long[] workerFreeNs;
  private final boolean shared;

  private Processors(VirtualTime time, int workers, int cores, boolean shared) {
    this.time = time;
    this.coreFreeNs = new long[cores];
    this.workerFreeNs = new long[workers];
    this.shared = shared;
  }

  /** A machine for each worker. */
  static Processors ofTheirOwn(VirtualTime time, int workers) {
    return new Processors(time, workers, workers, false);
  }

  /** One machine for all workers. */
  static Processors shared(VirtualTime time, int workers, int cores) {
    return new Processors(time, workers, cores, true);
  }

  /** Takes a core for the worker as soon as it and one are free; returns when the work is done. */
  long work(int worker, double costNs) {
    int core = shared ? freest() : worker;
    long startNs = Math.max(time.nowNs(), Math.max(coreFreeNs[core], workerFreeNs[worker]));
    long endNs = startNs + (long) costNs;
    coreFreeNs[core] = endNs;
    workerFreeNs[worker] = endNs;
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
