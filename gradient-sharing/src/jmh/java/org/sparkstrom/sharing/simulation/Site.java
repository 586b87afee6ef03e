// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.Random;

/**
 * Where a simulated fit runs.
 *
 * @param link between workers
 * @param cores of the one machine that all share; 0 if each worker has one of its own
 * @param frameNs processor time of sending one frame, and of receiving it, besides the codec's
 * @param byteNs the same for one byte
 * @param stragglers standard deviation of the logarithm of compute times
 */
record Site(Link link, int cores, double frameNs, double byteNs, double stragglers) {

  static Site cluster(Link link, double stragglers) {
    return new Site(link, 0, 2000, 0.3, stragglers);
  }

  Processors processors(VirtualTime time, int workers) {
    return cores == 0
        ? Processors.ofTheirOwn(time, workers)
        : Processors.shared(time, workers, cores);
  }

  /** Compute time of one worker in one round. */
  double computeNs(double meanNs, int worker, long round) {
    Random random = new Random(31L * worker + 1_000_003L * round);
    random.nextGaussian(); // the first ones of neighbouring seeds are alike
    return meanNs * Math.exp(stragglers * random.nextGaussian());
  }
}
