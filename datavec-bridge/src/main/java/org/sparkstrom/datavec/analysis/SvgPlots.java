// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** The plots of an analysis page, as SVG elements that stand in the page itself. */
final class SvgPlots {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 150;
  private static final int BAR_HEIGHT = 18;
  private static final int LABEL_WIDTH = 150;

  private SvgPlots() {}

  /** Bars over the range of the values; each tells its range and count when pointed at. */
  static String histogram(Histogram histogram, DoubleFunction<String> format) {
    List<Double> edges = histogram.edges();
    double low = edges.get(0);
    double high = edges.get(edges.size() - 1);
    double most =
        (double) Math.max(1L, histogram.counts().stream().mapToLong(c -> c).max().orElse(1));
    StringBuilder svg = start("histogram", WIDTH, HEIGHT + 20);
    for (int i = 0; i < histogram.counts().size(); i++) {
      double left = high > low ? place(edges.get(i), low, high) : 0;
      double right = high > low ? place(edges.get(i + 1), low, high) : WIDTH;
      double height = histogram.counts().get(i) / most * HEIGHT;
      svg.append(
          "<rect class=\"bar\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>"
              .formatted(
                  number(left),
                  number(HEIGHT - height),
                  number(Math.max(right - left - 1, 0.5)),
                  number(height),
                  Html.escape(
                      format.apply(edges.get(i))
                          + " to "
                          + format.apply(edges.get(i + 1))
                          + ": "
                          + histogram.counts().get(i))));
    }
    return svg.append(text(0, HEIGHT + 15, "start", format.apply(low)))
        .append(text(WIDTH, HEIGHT + 15, "end", format.apply(high)))
        .append("</svg>")
        .toString();
  }

  /** The share of rows up to each value, as a curve. */
  static String shares(Distribution distribution, DoubleFunction<String> format) {
    StringBuilder points = new StringBuilder();
    int steps = 100;
    for (int i = 0; i <= steps; i++) {
      double share = i / (double) steps;
      double x = place(distribution.quantile(share), distribution.min(), distribution.max());
      points.append(number(x)).append(',').append(number(HEIGHT * (1 - share))).append(' ');
    }
    return start("shares", WIDTH, HEIGHT + 20)
        .append("<polyline class=\"curve\" points=\"")
        .append(points.toString().strip())
        .append("\"/>")
        .append(text(0, HEIGHT + 15, "start", format.apply(distribution.min())))
        .append(text(WIDTH, HEIGHT + 15, "end", format.apply(distribution.max())))
        .append("</svg>")
        .toString();
  }

  /** One bar for each value, with its name and count. */
  static String topValues(TopValues top) {
    int rows = top.entries().size();
    double most =
        (double) Math.max(1L, top.entries().stream().mapToLong(e -> e.count()).max().orElse(1));
    StringBuilder svg = start("topValues", WIDTH, Math.max(rows, 1) * BAR_HEIGHT);
    for (int i = 0; i < rows; i++) {
      TopValues.Entry entry = top.entries().get(i);
      double width = entry.count() / most * (WIDTH - LABEL_WIDTH - 60);
      int y = i * BAR_HEIGHT;
      svg.append(text(LABEL_WIDTH - 6, y + 13, "end", brief(entry.value())))
          .append(
              "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\"><title>%s</title></rect>"
                  .formatted(
                      LABEL_WIDTH,
                      y + 2,
                      number(Math.max(width, 1)),
                      BAR_HEIGHT - 4,
                      Html.escape(entry.value() + ": " + entry.count())))
          .append(text(LABEL_WIDTH + width + 5, y + 13, "start", Long.toString(entry.count())));
    }
    return svg.append("</svg>").toString();
  }

  private static String brief(String value) {
    int kept = 20;
    return value.codePointCount(0, value.length()) <= kept
        ? value
        : value.substring(0, value.offsetByCodePoints(0, kept - 1)) + "…";
  }

  private static StringBuilder start(String kind, int width, int height) {
    return new StringBuilder(
        "<svg class=\"%s\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">"
            .formatted(kind, width, height, width, height));
  }

  private static String text(double x, double y, String anchor, String content) {
    return "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
        .formatted(number(x), number(y), anchor, Html.escape(content));
  }

  /** Where a value lies between the bounds, without overflow for any doubles. */
  private static double place(double value, double low, double high) {
    double range = high / 2 - low / 2;
    return range > 0 ? (value / 2 - low / 2) / range * WIDTH : WIDTH / 2.0;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
