// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import org.sparkstrom.sharing.codec.BlockLayout;

/**
 * Real rounds of a few JVMs on this machine beside the same rounds in the simulator: one after the
 * other, and with a step of computing in each.
 *
 * <p>All figures of the simulator are measured by themselves, none is taken from a round.
 */
final class Agreement {
  private static final int REPEATS = 3;
  private static final int MOST_TRIES = 5;
  private static final double QUIET = 0.9;
  private static final int SIMULATED_ROUNDS = 20;

  private final CodecCosts costs;
  private final Options options;
  private final PrintStream out;
  private final int cores = Runtime.getRuntime().availableProcessors();

  Agreement(CodecCosts costs, Options options, PrintStream out) {
    this.costs = costs;
    this.options = options;
    this.out = out;
  }

  /**
   * One comparison.
   *
   * @param share of the cores that the machine's other load left
   * @param bare real by simulated time of a round without computing
   * @param stepped the same with a step of computing
   */
  private record Try(double share, double bare, double stepped) {}

  /** Prints both and returns the ratios as JSON. */
  String run() throws Exception {
    double fillNs = fillNs();
    StringJoiner bare = new StringJoiner(", ", "{", "}");
    StringJoiner stepped = new StringJoiner(", ", "{", "}");
    for (String topology : new String[] {"mesh", "regions"}) {
      for (int workers : new int[] {2, 4}) {
        List<Try> tries = quietest(topology, workers, fillNs);
        String name = "\"" + topology + workers + "\":";
        bare.add(name + median(tries, Try::bare));
        stepped.add(name + median(tries, Try::stepped));
      }
    }
    return "{\"bare\":" + bare + ", \"stepped\":" + stepped + "}";
  }

  /** Tries until enough of them had the machine nearly for themselves, or there are too many. */
  private List<Try> quietest(String topology, int workers, double fillNs) throws Exception {
    List<Try> tries = new ArrayList<>();
    while (tries.size() < MOST_TRIES
        && tries.stream().filter(one -> one.share() >= QUIET).count() < REPEATS) {
      tries.add(compare(topology, workers, fillNs));
    }
    tries.sort(Comparator.comparingDouble(Try::share).reversed());
    return tries.subList(0, REPEATS);
  }

  /**
   * The costs are those of a core that nobody disturbs; what the machine's other load leaves of all
   * cores together makes them slower.
   */
  private Try compare(String topology, int workers, double fillNs) throws Exception {
    FrameCosts frames = Loopback.measure();
    long stepNs = (long) (options.computeMs1M() * 1e6);
    double before = Loopback.processorShare(cores);
    Loopback.Rounds real = Loopback.rounds(topology, workers, options.rounds(), stepNs);
    double share = (before + Loopback.processorShare(cores)) / 2;
    CodecCosts slower = costs.times(1 / share);
    double bare =
        simulatedNs(topology, workers, fillNs / share, slower, site(frames, Site.Computing.BUSY));
    double stepped =
        simulatedNs(
            topology, workers, (double) stepNs, slower, site(frames, Site.Computing.ELSEWHERE));
    Try result = new Try(share, real.bareNs() / bare, real.steppedNs() / stepped);
    out.printf(
        Locale.ROOT,
        "%-7s of %d JVMs: %.3f ms a round, simulated %.3f, ratio %.2f; with a step %.2f ms,"
            + " simulated %.2f, ratio %.3f; %s; %.0f%% of %d cores%n",
        topology,
        workers,
        real.bareNs() / 1e6,
        bare / 1e6,
        result.bare(),
        real.steppedNs() / 1e6,
        stepped / 1e6,
        result.stepped(),
        frames,
        100 * share,
        cores);
    return result;
  }

  /** A frame of the loopback interface takes processor time, not a wire's. */
  private Site site(FrameCosts frames, Site.Computing computing) {
    Link link = new Link(1e15, frames.restNs(), 0, Link.LOOPBACK_PACKET_BYTES);
    return new Site(link, cores, frames, computing, 0);
  }

  private static String median(List<Try> tries, ToDoubleFunction<Try> ratio) {
    double[] sorted = tries.stream().mapToDouble(ratio).sorted().toArray();
    return String.format(Locale.ROOT, "%.3f", sorted[sorted.length / 2]);
  }

  private static double simulatedNs(
      String topology, int workers, double computeNs, CodecCosts costs, Site site) {
    Network network = Network.million(computeNs / 1e6);
    BlockLayout layout = network.layout();
    if (topology.equals("mesh")) {
      double density = (double) LoopbackWorker.ENTRIES / layout.parameterCount();
      long bytes =
          new FrameSizes(layout)
              .frameBytes(layout.slice(0, layout.parameterCount()), density, 0, 0);
      return new FloodSimulation(
              FloodSimulation.Scheme.mesh(network, workers, LoopbackWorker.ENTRIES, bytes, costs),
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
    return CodecCosts.nsOf(() -> LoopbackWorker.fill(0, 1, update));
  }
}
