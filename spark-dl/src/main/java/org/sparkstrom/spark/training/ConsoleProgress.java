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
  public void onEvent(TrainingEvent event) {
    if (event instanceof TrainingEvent.RoundProgress round) {
      if (round.progress().round() > 0) {
        rewrite(line(round.progress()));
      }
    } else if (event instanceof TrainingEvent.EpochEnded ended) {
      if (!ended.figures().validation().isEmpty()) {
        note(line(ended));
      }
    } else if (event instanceof TrainingEvent.WorkerLost lost) {
      note(lost.reason());
    } else if (event instanceof TrainingEvent.WorkerJoined joined) {
      note("worker %d has joined: %s".formatted(joined.rank(), joined.label()));
    } else if (event instanceof TrainingEvent.SharingModeChosen chosen) {
      note("updates are shared as " + chosen.choice().describe());
    } else if (event instanceof TrainingEvent.Completed completed) {
      rewrite(line(completed.result()));
      end();
    } else if (event instanceof TrainingEvent.Failed) {
      end();
    }
  }

  /** A line that stays. */
  private void note(String line) {
    rewrite(line);
    end();
  }

  private static String line(TrainingEvent.EpochEnded ended) {
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "epoch %d  loss %.4f  validation",
                ended.figures().epoch() + 1,
                ended.figures().loss()));
    ended
        .figures()
        .validation()
        .forEach((name, value) -> line.append(String.format(Locale.ROOT, " %s %.4f", name, value)));
    return switch (ended.outcome()) {
      case BEST_SO_FAR -> line.append(", the best so far").toString();
      case STOPPED_EARLY -> line.append(", no better for too long: stops").toString();
      case TARGET_REACHED -> line.append(", as good as it was to become: stops").toString();
      case GOES_ON, UNDONE -> line.toString();
    };
  }

  private static String line(TrainingResult result) {
    return String.format(
        Locale.ROOT,
        "fitted: %d rounds, %d workers, loss %.4f, %s, %.1f s",
        result.rounds(),
        result.workers(),
        result.history().isEmpty()
            ? Double.NaN
            : result.history().get(result.history().size() - 1).loss(),
        traffic(result.bytesSent(), result.compression()),
        result.fitSeconds());
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
