// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sparkstrom.datavec.analysis.Html;

/**
 * A search as one HTML page that needs no network and runs no script: how the metric of each trial
 * went with its resource, or of an exhaustive search from trial to trial, and the trials as a
 * table.
 */
final class SearchPage {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 280;
  private static final int EDGE = 60;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Hyperparameter search</title>
      <style>
      body { font: 14px sans-serif; margin: 2em; color: #222; }
      table { border-collapse: collapse; }
      td, th { padding: 2px 10px 2px 0; text-align: left; vertical-align: top; }
      td.number { text-align: right; font-variant-numeric: tabular-nums; }
      .trial { fill: none; stroke: #9db6d6; stroke-width: 1.5; }
      .point { fill: #4a78b5; }
      .best { font-weight: bold; }
      .best .trial { stroke: #b00020; stroke-width: 2.5; }
      .best .point { fill: #b00020; }
      svg text { font-size: 11px; fill: #444; }
      </style>
      </head>
      <body>
      """;

  private final SearchFacts facts;
  private final List<TrialResult> completed;
  private final boolean byResource;

  private SearchPage(SearchFacts facts) {
    this.facts = facts;
    this.completed =
        facts.results().stream()
            .filter(r -> r.isCompleted() && Double.isFinite(r.metric()))
            .toList();
    this.byResource = facts.results().stream().anyMatch(r -> r.rung() > 0);
  }

  static String write(String uid, SearchFacts facts) {
    SearchPage page = new SearchPage(facts);
    return HEAD
        + "<h1>%s</h1>\n".formatted(Html.escape(uid))
        + page.plot()
        + page.table()
        + "</body>\n</html>\n";
  }

  private String plot() {
    if (completed.isEmpty()) {
      return "";
    }
    double left = completed.stream().mapToDouble(this::x).min().orElse(0);
    double right = completed.stream().mapToDouble(this::x).max().orElse(0);
    double low = completed.stream().mapToDouble(TrialResult::metric).min().orElse(0);
    double high = completed.stream().mapToDouble(TrialResult::metric).max().orElse(0);
    StringBuilder svg =
        new StringBuilder(
            "<svg role=\"img\" aria-label=\"metric of each trial\" width=\"%d\" height=\"%d\">\n"
                .formatted(WIDTH + 2 * EDGE, HEIGHT + 2 * EDGE));
    Map<Integer, List<TrialResult>> trials =
        completed.stream()
            .collect(Collectors.groupingBy(TrialResult::trial, TreeMap::new, Collectors.toList()));
    List<Integer> order = new ArrayList<>(trials.keySet());
    order.sort(Comparator.comparing(trial -> trial == facts.bestTrial())); // drawn last, on top
    for (int trial : order) {
      List<TrialResult> results = new ArrayList<>(trials.get(trial));
      results.sort(Comparator.comparing(TrialResult::rung));
      svg.append("<g%s>".formatted(trial == facts.bestTrial() ? " class=\"best\"" : ""));
      StringBuilder points = new StringBuilder();
      for (TrialResult r : results) {
        String x = number(EDGE + place(x(r), left, right) * WIDTH);
        String y = number(EDGE + (1 - place(r.metric(), low, high)) * HEIGHT);
        points.append(x).append(',').append(y).append(' ');
        svg.append(
            "<circle class=\"point\" r=\"3\" cx=\"%s\" cy=\"%s\"><title>%s</title></circle>"
                .formatted(x, y, Html.escape("trial %d: %s".formatted(trial, figure(r.metric())))));
      }
      svg.append(
          "<polyline class=\"trial\" points=\"%s\"/></g>\n".formatted(points.toString().strip()));
    }
    return svg.append(text(EDGE, HEIGHT + 2 * EDGE - 20, "start", figure(left)))
        .append(text(EDGE + WIDTH, HEIGHT + 2 * EDGE - 20, "end", figure(right)))
        .append(
            text(
                EDGE + WIDTH / 2,
                HEIGHT + 2 * EDGE - 20,
                "middle",
                byResource ? "resource" : "trial"))
        .append(text(EDGE - 6, EDGE + HEIGHT, "end", figure(low)))
        .append(text(EDGE - 6, EDGE, "end", figure(high)))
        .append("</svg>\n")
        .toString();
  }

  private double x(TrialResult result) {
    return byResource ? result.resource() : result.trial();
  }

  private static double place(double value, double low, double high) {
    return high > low ? (value - low) / (high - low) : 0.5;
  }

  private String table() {
    StringBuilder table =
        new StringBuilder(
            "<table><tr><th>trial</th><th>rung</th><th>resource</th><th>metric</th><th>seconds</th>"
                + "<th>state</th><th>values</th></tr>\n");
    for (TrialResult r : facts.results()) {
      boolean best = r.trial() == facts.bestTrial() && r.rung() == facts.bestRung();
      String values =
          new TreeMap<>(r.values())
              .entrySet().stream()
                  .map(e -> e.getKey() + " = " + e.getValue())
                  .collect(Collectors.joining(", "));
      table
          .append(best ? "<tr class=\"best\">" : "<tr>")
          .append(cell("number", String.valueOf(r.trial())))
          .append(cell("number", String.valueOf(r.rung())))
          .append(cell("number", String.valueOf(r.resource())))
          .append(cell("number", figure(r.metric())))
          .append(cell("number", figure(r.seconds())))
          .append(cell("", r.message().isEmpty() ? r.state() : r.state() + ": " + r.message()))
          .append(cell("", values))
          .append("</tr>\n");
    }
    return table.append("</table>\n").toString();
  }

  private static String cell(String type, String text) {
    String attribute = type.isEmpty() ? "" : " class=\"" + type + "\"";
    return "<td%s>%s</td>".formatted(attribute, Html.escape(text));
  }

  private static String text(int x, int y, String anchor, String text) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>"
        .formatted(x, y, anchor, Html.escape(text));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
