// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.PrintStream;
import java.util.Locale;

/** Shows a fit as one line of a terminal that is rewritten as it goes on. */
public final class ConsoleProgress implements TrainingListener {

  private final PrintStream out;
  private int width;

  /** Writes to the given stream, usually {@code System.err}; the stream stays the caller's. */
  public ConsoleProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onProgress(TrainingProgress progress) {
    if (progress.round() > 0) {
      rewrite(line(progress));
    }
  }

  @Override
  public void onComplete(TrainingResult result) {
    rewrite(
        String.format(
            Locale.ROOT,
            "fitted: %d rounds, %d workers, loss %.4f, %s, %.1f s",
            result.rounds(),
            result.workers(),
            result.lossPerEpoch().get(result.lossPerEpoch().size() - 1),
            traffic(result.bytesSent(), result.compression()),
            result.fitSeconds()));
    end();
  }

  @Override
  public void onFailure(RuntimeException failure) {
    end();
  }

  static String line(TrainingProgress p) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  round %d  loss %.4f  %,.0f rows/s  %s",
        Math.min(p.epoch() + 1, p.epochs()),
        p.epochs(),
        p.round(),
        p.loss(),
        p.rowsPerSecond(),
        traffic(p.bytesSent(), p.compression()));
  }

  /** A fit with one worker sends nothing, so there is no ratio. */
  private static String traffic(long bytesSent, double compression) {
    return Double.isNaN(compression)
        ? "nothing to send"
        : String.format(
            Locale.ROOT, "sent %s, %.0fx smaller than dense", bytes(bytesSent), compression);
  }

  private void rewrite(String line) {
    out.print('\r' + line + " ".repeat(Math.max(0, width - line.length())));
    out.flush();
    width = line.length();
  }

  private void end() {
    if (width > 0) {
      out.println();
      width = 0;
    }
  }

  private static String bytes(long count) {
    if (count < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", count / 1024.0);
    }
    return String.format(Locale.ROOT, "%.1f MiB", count / (1024.0 * 1024.0));
  }
}
