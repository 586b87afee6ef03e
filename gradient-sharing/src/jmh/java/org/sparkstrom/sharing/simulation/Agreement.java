// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;
import org.sparkstrom.sharing.codec.BlockLayout;

/** Real rounds of a few JVMs on this machine beside the same rounds in the simulator. */
final class Agreement {
  private static final int REPEATS = 3;
  private static final int SIMULATED_ROUNDS = 20;

  private final CodecCosts costs;
  private final int rounds;
  private final PrintStream out;

  Agreement(CodecCosts costs, int rounds, PrintStream out) {
    this.costs = costs;
    this.rounds = rounds;
    this.out = out;
  }

  /** Prints both and returns the ratios as JSON. */
  String run() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    double fillNs = fillNs();
    StringJoiner json = new StringJoiner(", ", "{", "}");
    for (String topology : new String[] {"mesh", "regions"}) {
      for (int workers : new int[] {2, 4}) {
        json.add("\"" + topology + workers + "\":" + compare(topology, workers, fillNs, cores));
      }
    }
    return json.toString();
  }

  /**
   * The codec's costs are those of a core that nobody disturbs; what the machine's other load
   * leaves of all cores together makes them slower. The latency is measured under that load as it
   * is.
   */
  private String compare(String topology, int workers, double fillNs, int cores) throws Exception {
    double[] ratios = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      Loopback.Figures loopback = Loopback.measure();
      double before = Loopback.processorShare(cores);
      double real = Loopback.roundNs(topology, workers, rounds);
      double share = (before + Loopback.processorShare(cores)) / 2;
      // A frame of the loopback interface takes processor time, not a wire's.
      Link link = new Link(1e15, loopback.latencyNs(), 0, Link.LOOPBACK_PACKET_BYTES);
      Site site = new Site(link, cores, 0, loopback.byteNs() / 2, 0);
      double simulated =
          simulatedNs(topology, workers, fillNs / share, costs.times(1 / share), site);
      ratios[i] = real / simulated;
      out.printf(
          Locale.ROOT,
          "%-7s of %d JVMs: %.3f ms a round, median of %d; simulated %.3f ms with %.0f us and %.2f"
              + " ns/byte from JVM to JVM and %.0f%% of %d cores; ratio %.2f%n",
          topology,
          workers,
          real / 1e6,
          rounds,
          simulated / 1e6,
          loopback.latencyNs() / 1e3,
          loopback.byteNs(),
          100 * share,
          cores,
          ratios[i]);
    }
    Arrays.sort(ratios);
    return String.format(Locale.ROOT, "%.3f", ratios[REPEATS / 2]);
  }

  private static double simulatedNs(
      String topology, int workers, double fillNs, CodecCosts costs, Site site) {
    Network network = Network.million(fillNs / 1e6);
    BlockLayout layout = network.layout();
    if (topology.equals("mesh")) {
      double density = (double) LoopbackWorker.ENTRIES / layout.parameterCount();
      long bytes =
          new FrameSizes(layout)
              .frameBytes(layout.slice(0, layout.parameterCount()), density, 0, 0);
      return new FloodSimulation(
              FloodSimulation.Scheme.mesh(network, LoopbackWorker.ENTRIES, bytes, costs),
              workers,
              network.computeMs())
          .run(site, SIMULATED_ROUNDS)
          .roundNs();
    }
    return new RegionSimulation(
            network, layout, workers, Simulate.loopbackThreshold(), LoopbackWorker.updates(), costs)
        .run(site, SIMULATED_ROUNDS)
        .roundNs();
  }

  private static double fillNs() {
    float[] update = new float[Network.million(0).layout().parameterCount()];
    int tries = 100;
    long startNs = 0;
    for (int i = -tries; i < tries; i++) {
      if (i == 0) {
        startNs = System.nanoTime();
      }
      LoopbackWorker.fill(0, i, update);
    }
    return (System.nanoTime() - startNs) / (double) tries;
  }
}
