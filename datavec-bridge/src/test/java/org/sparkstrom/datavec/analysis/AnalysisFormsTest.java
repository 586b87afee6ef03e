// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.sql.Timestamp;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.sparkstrom.datavec.TestSpark;
import org.xml.sax.InputSource;

/** JSON and the page of an analysis whose names and values try to break them. */
class AnalysisFormsTest {
  private static final String EVIL = "</h2><script src=\"http://x/\">'&\u0000\ud800";

  private final DataAnalysis analysis =
      DataAnalysis.of(
          TestSpark.frame(
              new StructType()
                  .add("<b>\"n\"</b>.x", "double")
                  .add(EVIL, "string")
                  .add("t", "timestamp"),
              RowFactory.create(0.1 + 0.2, "<img onerror='x'>", new Timestamp(0)),
              RowFactory.create(Double.MAX_VALUE, "\"quoted\"\n&", new Timestamp(1000)),
              RowFactory.create(-Double.MAX_VALUE, null, null)),
          AnalysisPlan.ALL);

  @Test
  void jsonGivesTheSameAnalysisBack() {
    DataAnalysis back = DataAnalysis.fromJson(analysis.toJson());

    assertThat(back).isEqualTo(analysis);
    assertThat(Math.abs(back.columns().get(0).moments().orElseThrow().mean())).isLessThan(1e300);
    assertThat(back.columns().get(0).moments().orElseThrow().variance()).isNaN();
    assertThat(back.toJson()).isEqualTo(analysis.toJson());
    assertThat(back.column(EVIL).orElseThrow().counts().nulls()).isEqualTo(1);
  }

  @Test
  void otherTextsAreRefusedWithTheReason() {
    assertThatThrownBy(() -> DataAnalysis.fromJson("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be JSON as DataAnalysis.toJson() writes it");
    assertThatThrownBy(() -> DataAnalysis.fromJson("{}"))
        .hasMessageContaining("must have 'format'");
    assertThatThrownBy(() -> DataAnalysis.fromJson("")).hasMessageContaining("must have 'format'");
    assertThatThrownBy(() -> DataAnalysis.fromJson("{\"format\": 2}"))
        .hasMessageContaining("must have the format 1, but has 2");
    assertRefused("\"kind\" : \"NUMBER\"", "\"kind\" : \"VECTOR\"", "but is 'VECTOR'");
    assertRefused("\"nulls\" : 0", "\"nulls\" : -1", "'nulls' must be a count, but is -1");
    assertRefused("\"nulls\" : 0", "\"nulls\" : 4", "parts not more than rows");
    assertRefused("\"weights\" : [ 1,", "\"weights\" : [ 0,", "positive weights");
    assertRefused("\"counts\" : [ ", "\"counts\" : [ 1, ", "one edge more than bins");
  }

  private void assertRefused(String part, String changed, String reason) {
    String json = analysis.toJson();
    assertThat(json).contains(part);
    String damaged = json.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(changed));
    assertThatThrownBy(() -> DataAnalysis.fromJson(damaged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void thePageNeedsNoNetworkAndEscapesNamesAndValues() {
    String page = analysis.toHtml(analysis);

    assertThat(page)
        .contains("&lt;b&gt;&quot;n&quot;&lt;/b&gt;.x", "&lt;img onerror=&#39;x&#39;&gt;")
        .contains("default-src 'none'", "STABLE", "1970-01-01T00:00:01Z")
        .doesNotContain("<script", "<img", "href=", "src=\"", "url(", "@import", "\u0000");
    assertThat(Pattern.compile("<svg").matcher(page).results()).hasSize(9);
    assertThat(Pattern.compile("(?<!-src )https?:").matcher(page).results())
        .allSatisfy(m -> assertThat(page.substring(0, m.start())).endsWith("src=&quot;"));
  }

  @Test
  void everyPlotIsWellFormedAndItsBarsCountAllRows() throws Exception {
    Histogram histogram = new Histogram(List.of(0.0, 1.0, 2.0), List.of(3L, 1L));
    TopValues top = new TopValues(List.of(new TopValues.Entry(EVIL, 5, 5)), true);
    Distribution distribution =
        new Distribution(List.of(-1e308, 1e308), List.of(1L, 1L), -1e308, 1e308, 0);

    String bars = SvgPlots.histogram(histogram, Double::toString);
    for (String svg :
        List.of(
            bars,
            SvgPlots.topValues(top),
            SvgPlots.shares(distribution, Double::toString),
            SvgPlots.histogram(new Histogram(List.of(1.0, 1.0), List.of(2L)), v -> "<" + v))) {
      var document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(svg)));
      assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(svg).doesNotContain("NaN", "Infinity");
    }
    assertThat(bars)
        .contains("height=\"150.00\"><title>0.0 to 1.0: 3</title>")
        .contains("height=\"50.00\"><title>1.0 to 2.0: 1</title>");
  }
}
