// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Random;

/**
 * Where a simulated fit runs.
 *
 * @param link between workers
 * @param cores of the one machine that all share; 0 if each worker and each media driver has one of
 *     its own
 * @param frames what it takes to send and receive
 * @param computing what computing is to the cores
 * @param stragglers standard deviation of the logarithm of compute times
 */
record Site(Link link, int cores, FrameCosts frames, Computing computing, double stragglers) {

  /** What computing is to the cores. */
  enum Computing {
    /** It takes one. */
    BUSY,
    /** It leaves them to others: an accelerator computes, or the worker's own core elsewhere. */
    ELSEWHERE
  }

  /** Machines of their own; what a frame takes besides the wire is as measured on this one. */
  static Site cluster(Link link, FrameCosts frames, double stragglers) {
    return new Site(link.plus(frames.restNs()), 0, frames, Computing.BUSY, stragglers);
  }

  Processors processors(VirtualTime time, int workers) {
    return cores == 0
        ? Processors.ofTheirOwn(time, frames, workers)
        : Processors.shared(time, frames, workers, cores);
  }

  /** Lets a worker compute from now on; returns when it has. */
  long compute(VirtualTime time, Processors processors, int worker, double costNs) {
    return computing == Computing.BUSY
        ? processors.work(worker, costNs)
        : time.nowNs() + (long) costNs;
  }

  /** A worker's processor time for one frame, to send or to receive it. */
  double frameNs(long bytes) {
    return frames.workerNs() + frames.byteNs() * bytes;
  }

  /** Compute time of one worker in one round. */
  double computeNs(double meanNs, int worker, long round) {
    Random random = new Random(31L * worker + 1_000_003L * round);
    random.nextGaussian(); // the first ones of neighbouring seeds are alike
    return meanNs * Math.exp(stragglers * random.nextGaussian());
  }
}
