// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * An analysis as one HTML page that needs no network and runs no script: tables, and plots as SVG
 * in the page. Its own content policy forbids everything else, should a value slip through.
 */
final class AnalysisPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Data analysis</title>
      <style>
      body { font: 14px sans-serif; margin: 2em; color: #222; }
      section { border-top: 1px solid #bbb; padding: 1em 0; }
      table { border-collapse: collapse; }
      td, th { padding: 2px 10px 2px 0; text-align: left; vertical-align: top; }
      td.number { text-align: right; font-variant-numeric: tabular-nums; }
      .plots { display: flex; flex-wrap: wrap; gap: 2em; }
      .bar { fill: #4a78b5; }
      .curve { fill: none; stroke: #4a78b5; stroke-width: 2; }
      svg text { font-size: 11px; fill: #444; }
      .SHIFTED { color: #b00020; font-weight: bold; }
      .MOVED { color: #a15c00; }
      </style>
      </head>
      <body>
      <h1>Data analysis</h1>
      """;

  private AnalysisPage() {}

  static String write(DataAnalysis analysis, Optional<DriftReport> drift) {
    StringBuilder page = new StringBuilder(HEAD);
    drift.ifPresent(report -> write(report, page));
    for (ColumnAnalysis column : analysis.columns()) {
      write(column, page);
    }
    if (!analysis.leftOut().isEmpty()) {
      page.append("<section><h2>Not analysed</h2><ul>");
      analysis
          .leftOut()
          .forEach(name -> page.append("<li>").append(Html.escape(name)).append("</li>"));
      page.append("</ul></section>\n");
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static void write(DriftReport report, StringBuilder page) {
    page.append("<section><h2>Drift</h2><table><tr><th>column</th><th>PSI</th><th></th>")
        .append("<th>KS</th><th>probability</th></tr>\n");
    for (DriftReport.ColumnDrift drift : report.columns()) {
      page.append("<tr>")
          .append(cell(drift.column()))
          .append(numberCell(figure(drift.psi())))
          .append("<td class=\"%s\">%s</td>".formatted(drift.level(), drift.level()))
          .append(numberCell(drift.ks().map(ks -> figure(ks.distance())).orElse("")))
          .append(numberCell(drift.ks().map(ks -> figure(ks.probability())).orElse("")))
          .append("</tr>\n");
    }
    page.append("</table>");
    report.notCompared().forEach(why -> page.append("<p>").append(Html.escape(why)).append("</p>"));
    page.append("</section>\n");
  }

  private static void write(ColumnAnalysis column, StringBuilder page) {
    DoubleFunction<String> format = format(column.kind());
    page.append("<section><h2>")
        .append(Html.escape(column.name()))
        .append(" <small>")
        .append(Html.escape(column.type()))
        .append(column.kind() == ValueKind.TEXT ? ", figures of its length" : "")
        .append("</small></h2>\n<div class=\"plots\"><table>");
    figures(column, format)
        .forEach(
            (name, value) ->
                page.append("<tr>").append(cell(name)).append(numberCell(value)).append("</tr>"));
    page.append("</table>");
    column.histogram().ifPresent(h -> page.append(SvgPlots.histogram(h, format)));
    column.distribution().ifPresent(d -> page.append(SvgPlots.shares(d, format)));
    column.topValues().ifPresent(top -> page.append(SvgPlots.topValues(top)));
    page.append("</div></section>\n");
  }

  private static Map<String, String> figures(ColumnAnalysis column, DoubleFunction<String> format) {
    Map<String, String> figures = new LinkedHashMap<>();
    ColumnCounts counts = column.counts();
    figures.put("rows", Long.toString(counts.rows()));
    figures.put("nulls", Long.toString(counts.nulls()));
    if (counts.nans() + counts.infinities() > 0) {
      figures.put("NaN", Long.toString(counts.nans()));
      figures.put("infinite", Long.toString(counts.infinities()));
    }
    column
        .distinct()
        .ifPresent(
            d ->
                figures.put(
                    "distinct",
                    d.lower() == d.upper() ? "" + d.estimate() : "about " + d.estimate()));
    column
        .moments()
        .ifPresent(
            m -> {
              figures.put("mean", format.apply(m.mean()));
              figures.put("standard deviation", figure(m.deviation()));
              figures.put("skewness", figure(m.skewness()));
              figures.put("excess kurtosis", figure(m.kurtosis()));
            });
    if (counts.min() != null) {
      figures.put("least", format.apply(counts.min()));
    }
    column
        .distribution()
        .ifPresent(
            d ->
                AnalysisTable.SHARES.forEach(
                    share ->
                        figures.put(
                            Math.round(share * 100) + "%", format.apply(d.quantile(share)))));
    if (counts.max() != null) {
      figures.put("greatest", format.apply(counts.max()));
    }
    return figures;
  }

  private static DoubleFunction<String> format(ValueKind kind) {
    return kind == ValueKind.TIME ? AnalysisPage::time : AnalysisPage::figure;
  }

  private static String time(double millis) {
    try {
      return Instant.ofEpochMilli((long) millis).toString();
    } catch (DateTimeException e) {
      return figure(millis); // beyond the years that can be named
    }
  }

  private static String figure(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String cell(String text) {
    return "<td>" + Html.escape(text) + "</td>";
  }

  private static String numberCell(String text) {
    return "<td class=\"number\">" + Html.escape(text) + "</td>";
  }
}
