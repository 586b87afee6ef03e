// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.threshold.TargetDensity;

class TrafficTest {
  private static final int SAMPLE = 1 << 15;
  private static final int SETTLING_ROUNDS = 8;
  private static final int ROUNDS = 4;
  private static final double COMMON = 0.1;

  /** Bytes do not depend on what takes how long. */
  private static final CodecCosts COSTS = new CodecCosts(0.9, 9, 13, 26, 0.3, 0.4, 9, 1, 3500);

  private static final Site SITE =
      Site.cluster(
          Link.ethernet(1e9, 50_000, 0), new FrameCosts(20e3, 4e3, 5e3, 1.4, 30e3, 40e3), 0);

  static Stream<Network> networks() {
    return Stream.of(Network.million(50), Network.resNet50(500));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aWorkerOf256SendsHardlyMoreThanOneOfEight(Network network) {
    double eight = sentBytes(network, 8);
    for (int workers : new int[] {32, 256}) {
      assertThat(sentBytes(network, workers) / eight)
          .as("%s network, traffic of %d workers by that of 8", network.name(), workers)
          .isBetween(0.5, 1.1);
    }
  }

  private static double sentBytes(Network network, int workers) {
    Updates updates = Updates.training(SAMPLE, COMMON, Simulate.SEED);
    int exponent =
        Simulate.findExponent(Updates.training(Simulate.SEARCH_LENGTH, COMMON, Simulate.SEED));
    BlockLayout sample = Simulate.sample(SAMPLE);
    RegionSimulation simulation =
        new RegionSimulation(
            network,
            sample,
            workers,
            new TargetDensity(Simulate.DENSITY, 0, exponent),
            updates,
            COSTS);
    simulation.settle(exponent, Simulate.SEED);
    simulation.run(SITE, SETTLING_ROUNDS);
    return simulation.run(SITE, ROUNDS).sentBytes();
  }
}
