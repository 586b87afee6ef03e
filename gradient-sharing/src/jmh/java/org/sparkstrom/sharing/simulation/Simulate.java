// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;

/**
 * Efficiency and traffic of the topologies for 2 to 256 workers, and whether the simulator agrees
 * with real JVMs; ends with one line of JSON.
 */
public final class Simulate {
  static final int[] WORKERS = {2, 4, 8, 16, 32, 64, 128, 256};
  static final double DENSITY = 1e-3;

  private static final int SETTLING_ROUNDS = 10;
  private static final int TIMED_ROUNDS = 4;
  private static final int FLOOD_ROUNDS = 3;
  static final int SEARCH_LENGTH = 16_384;
  static final long SEED = 20_261_125;

  private final PrintStream out = System.out;
  private final Options options;
  private final CodecCosts costs;
  private final FrameCosts frames;
  private final int exponent;

  private Simulate(Options options) throws Exception {
    this.options = options;
    this.costs = CodecCosts.measure();
    this.frames = Loopback.measure();
    this.exponent = findExponent(Updates.training(SEARCH_LENGTH, options.common(), SEED));
  }

  /** Takes {@code --NAME VALUE} for each name of {@link Options}. */
  public static void main(String[] arguments) throws Exception {
    new Simulate(Options.parse(arguments)).run();
  }

  private void run() throws Exception {
    out.printf("%s%n%s%n%s%n", options, costs, frames);
    if (options.sample() == 0) {
      out.println(new Agreement(costs, options, out).run());
      return;
    }
    Network[] networks = {
      Network.million(options.computeMs1M()), Network.resNet50(options.computeMs25M())
    };
    StringJoiner json = new StringJoiner(", ", "{", "}");
    Map<String, Map<String, String>> efficiency = new LinkedHashMap<>();
    long driverBytes = 0;
    for (Network network : networks) {
      Map<Integer, Double> traffic = new TreeMap<>();
      Table table = new Table(network);
      for (int workers : WORKERS) {
        driverBytes += simulate(network, workers, table, traffic);
      }
      table.print(out);
      out.printf(
          Locale.ROOT,
          "regions of %s: a worker of 8 sends %.0f bytes a round, one of 256 sends %.0f: %+.1f%%%n",
          network.name(),
          traffic.get(8),
          traffic.get(256),
          100 * growth(traffic));
      table.addTo(efficiency);
      String name =
          "trafficGrowth8To256" + (network.name().equals("25M") ? "" : "Of" + network.name());
      json.add(String.format(Locale.ROOT, "\"%s\":%.4f", name, growth(traffic)));
    }
    json.add(
        String.format(Locale.ROOT, "\"trafficGrowthIfAllAgree\":%.4f", worstGrowth(networks[1])));
    json.add("\"driverBytes\":" + driverBytes);
    scaleCheck();
    StringJoiner speeds = new StringJoiner(", ", "{", "}");
    efficiency.forEach((speed, byNetwork) -> speeds.add("\"" + speed + "\":" + json(byNetwork)));
    json.add("\"efficiency\":" + speeds);
    if (options.rounds() > 0) {
      json.add("\"realOverSimulated\":" + new Agreement(costs, options, out).run());
    }
    out.println(json);
  }

  private static String json(Map<String, String> values) {
    StringJoiner joiner = new StringJoiner(", ", "{", "}");
    values.forEach((name, value) -> joiner.add("\"" + name + "\":" + value));
    return joiner.toString();
  }

  private static double growth(Map<Integer, Double> traffic) {
    return traffic.get(256) / traffic.get(8) - 1;
  }

  /** All schemes at both speeds; returns what the driver has sent. */
  private long simulate(Network network, int workers, Table table, Map<Integer, Double> traffic) {
    RegionSimulation regions = regions(network, workers, training(), exponent);
    regions.run(site(10), SETTLING_ROUNDS);
    long driverBytes = 0;
    double own = regions.statistics().density(0) * network.layout().parameterCount();
    long meshBytes =
        new FrameSizes(network.layout())
            .frameBytes(
                network.layout().slice(0, network.layout().parameterCount()),
                regions.statistics().density(0),
                regions.statistics().multiples(0),
                0);
    for (int gigabits : new int[] {1, 10}) {
      Site site = site(gigabits);
      Map<String, FloodSimulation.Scheme> schemes = new LinkedHashMap<>();
      schemes.put("mesh", FloodSimulation.Scheme.mesh(network, workers, own, meshBytes, costs));
      schemes.put("ringFloat32", FloodSimulation.Scheme.ring(network, workers, Float.BYTES, costs));
      schemes.put("ringFloat16", FloodSimulation.Scheme.ring(network, workers, 2, costs));
      Outcome outcome = regions.run(site, TIMED_ROUNDS);
      traffic.put(workers, outcome.sentBytes());
      driverBytes += outcome.driverBytes();
      table.add(gigabits, "regions", workers, outcome);
      schemes.forEach(
          (name, scheme) ->
              table.add(
                  gigabits,
                  name,
                  workers,
                  new FloodSimulation(scheme, workers, network.computeMs())
                      .run(site, FLOOD_ROUNDS)));
    }
    table.densities(workers, regions);
    return driverBytes;
  }

  private Site site(int gigabits) {
    return Site.cluster(
        Link.ethernet(gigabits * 1e9, options.latencyNs(), options.loss()),
        frames,
        options.stragglers());
  }

  private Updates training() {
    return Updates.training(options.sample(), options.common(), SEED);
  }

  private RegionSimulation regions(
      Network network, int workers, Updates updates, int startExponent) {
    BlockLayout sample = sample(options.sample());
    RegionSimulation simulation =
        new RegionSimulation(
            network, sample, workers, new TargetDensity(DENSITY, 0, startExponent), updates, costs);
    simulation.settle(startExponent, SEED);
    return simulation;
  }

  static BlockLayout sample(int parameters) {
    return BlockLayout.of(parameters / 2, parameters / 4, parameters - parameters / 4 * 3);
  }

  /** If all workers have the same update, every entry survives each level: the most that can be. */
  private double worstGrowth(Network network) {
    double[] bytes = new double[2];
    int agreed = findExponent(Updates.agreeing(SEARCH_LENGTH, SEED));
    Updates updates = Updates.agreeing(options.sample(), SEED);
    for (int i = 0; i < 2; i++) {
      RegionSimulation simulation = regions(network, i == 0 ? 8 : 256, updates, agreed);
      simulation.run(site(10), SETTLING_ROUNDS);
      bytes[i] = simulation.run(site(10), TIMED_ROUNDS).sentBytes();
    }
    return bytes[1] / bytes[0] - 1;
  }

  /** Bytes of real frames of a whole network beside those that the sample predicts. */
  private void scaleCheck() {
    Network network = Network.million(options.computeMs1M());
    int workers = 8;
    BlockLayout layout = network.layout();
    RegionSimulation whole =
        new RegionSimulation(
            network,
            layout,
            workers,
            new TargetDensity(DENSITY, 0, exponent),
            Updates.training(layout.parameterCount(), options.common(), SEED),
            costs);
    whole.settle(exponent, SEED);
    whole.run(site(10), SETTLING_ROUNDS);
    double real = whole.run(site(10), TIMED_ROUNDS).sentBytes();
    double estimate = whole.estimatedBytes(site(10).link());
    RegionSimulation part = regions(network, workers, training(), exponent);
    part.run(site(10), SETTLING_ROUNDS);
    double sampled = part.run(site(10), TIMED_ROUNDS).sentBytes();
    out.printf(
        Locale.ROOT,
        "sampling: 8 workers of the 1M network send %.0f bytes in a round, all parameters encoded;"
            + " %.0f with the same densities drawn anew; %.0f by the sample of %d%n",
        real,
        estimate,
        sampled,
        options.sample());
  }

  /** The threshold at which one worker is nearest to the density by ratio. */
  static int findExponent(Updates updates) {
    int best = 0;
    double bestDistance = Double.MAX_VALUE;
    for (int e = 0; e < 16; e++) {
      BlockLayout layout = BlockLayout.of(SEARCH_LENGTH);
      ThresholdQuantizer quantizer = new ThresholdQuantizer(layout);
      SparseUpdate sparse = new SparseUpdate(layout);
      float[] update = new float[SEARCH_LENGTH];
      Random random = new Random(SEED);
      for (int i = 0; i < SEARCH_LENGTH; i++) {
        update[i] = (float) Math.scalb(updates.residual(i, random), e);
      }
      quantizer.restore(update);
      long sent = 0;
      int rounds = 200;
      for (int round = 0; round < 2 * rounds; round++) {
        updates.fill(0, round, update);
        quantizer.quantize(update, new byte[] {(byte) e}, sparse);
        sent += round < rounds ? 0 : sparse.count();
      }
      double distance = Math.abs(Math.log(sent / (double) rounds / SEARCH_LENGTH / DENSITY));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = e;
      }
    }
    return best;
  }

  /** The threshold that real runs and their simulation use. */
  static FixedThreshold loopbackThreshold() {
    return new FixedThreshold(LoopbackWorker.TAU);
  }
}
