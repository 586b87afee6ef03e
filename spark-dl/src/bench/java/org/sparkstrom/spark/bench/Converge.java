// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.ThreadedFit;

/**
 * Compares what networks learn when updates are shared in different ways, and at what price in
 * bytes.
 *
 * <p>Per seed, each {@link SharingMode} trains the same network on the same rows in the same order;
 * dense synchronous training is the oracle. Results go to standard output, the progress of each
 * epoch to standard error.
 */
public final class Converge {
  private static final int WORKERS = 8;
  private static final int BATCH_SIZE = 64;
  private static final Duration FIT_DEADLINE = Duration.ofHours(1);
  private static final int EXIT_USAGE = 2;

  private final Digits digits;
  private final ConvergeOptions options;
  private final PrintWriter out;
  private final PrintWriter progress;

  private Converge(Digits digits, ConvergeOptions options, PrintWriter out, PrintWriter progress) {
    this.digits = digits;
    this.options = options;
    this.out = out;
    this.progress = progress;
  }

  /** Runs the comparison; arguments as in {@link ConvergeOptions#parse}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    ConvergeOptions options;
    try {
      options = ConvergeOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      progress.println("converge: " + e.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    new Converge(Digits.read(options.data()), options, out, progress).run();
  }

  private void run() throws InterruptedException {
    out.printf(
        Locale.ROOT,
        "784-%d-%d, Adam %s, %d workers with batches of %d, %d epochs, %s%n",
        DigitsNetwork.HIDDEN_UNITS,
        Digits.CLASS_COUNT,
        DigitsNetwork.LEARNING_RATE,
        WORKERS,
        BATCH_SIZE,
        options.epochs(),
        options.policy());
    out.printf(
        "MNIST: training images but the last %,d, which are held out and scored%n",
        Digits.HELD_OUT);
    List<Run> runs = new ArrayList<>();
    for (long seed : options.seeds()) {
      for (SharingMode mode : options.modes()) {
        Run run = run(mode, seed);
        out.println(run.toLine());
        runs.add(run);
      }
    }
    Comparison comparison = new Comparison(runs);
    comparison.medianLines().forEach(out::println);
    out.println(comparison.toJson());
  }

  private Run run(SharingMode mode, long seed) throws InterruptedException {
    ThreadedFit fit = new ThreadedFit(BATCH_SIZE, options.epochs(), seed, FIT_DEADLINE);
    ThreadedFit.Outcome outcome =
        fit.run(
            DigitsNetwork.initial(digits.pixelCount(), seed),
            digits.deal(WORKERS, seed),
            (peering, layout, initial) -> mode.open(peering, layout, initial, options.policy()),
            (epoch, loss, counters, replica) -> report(mode, epoch, loss, counters, replica));
    double accuracy = DigitsNetwork.accuracy(outcome.snapshot(), digits.heldOut());
    return Run.of(mode, seed, accuracy, outcome.counters(), outcome.seconds());
  }

  private void report(
      SharingMode mode, int epoch, double loss, ExchangeCounters counters, NetworkSnapshot now) {
    progress.printf(
        Locale.ROOT,
        "%-9s epoch %2d: loss %.4f, accuracy %.2f%%, %.0f non-zeros a round so far, ratio %.1f%n",
        mode.label(),
        epoch + 1,
        loss,
        100 * DigitsNetwork.accuracy(now, digits.heldOut()),
        (double) counters.nonZeros() / counters.rounds(),
        (double) counters.denseBytes() / counters.bytesSent());
  }
}
