// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FitPageTest {

  @Test
  void theFileNeedsNothingFromTheNetworkAndLetsOneScriptRun() throws Exception {
    String page = FitPage.write(LongFit.recorded("digits", 200, 2, 3).history());
    String script = FitPage.script();
    String hash =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(script.getBytes(StandardCharsets.UTF_8)));
    assertThat(page)
        .contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + hash + "'")
        .contains("<script>" + script + "</script>")
        .contains("\"name\":\"digits\"")
        .doesNotContain("src=\"")
        .doesNotContain("href=\"http");
    assertThat(script).doesNotContain("innerHTML").doesNotContain("</script");
  }

  @Test
  void valuesCannotEndTheElementThatTheyStandIn() {
    String evil = "</script><img src=x onerror=alert(1)><!--&amp;";
    String page = FitPage.write(LongFit.recorded(evil, 20, 2, 3).history());
    assertThat(page)
        .doesNotContain("<img")
        .doesNotContain("<!--")
        .contains("\\u003c/script\\u003e\\u003cimg src=x onerror=alert(1)\\u003e");
    assertThat(page.split("</script>", -1)).hasSize(3);
  }

  @Test
  void tenThousandRoundsMakeASmallFile() {
    String page = FitPage.write(LongFit.recorded("fit", 10_000, 8, 30).history());
    assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(600_000);
  }

  @Test
  void aFitThatWasNotRecordedHasItsEpochs() {
    FitHistory history =
        FitHistory.ofEpochs(
            List.of(2.0, 1.0), List.of(Map.of("accuracy", 0.5), Map.of("accuracy", 0.75)), 12.5);
    assertThat(history.isEmpty()).isFalse();
    assertThat(FitPage.write(history))
        .contains("{\"epoch\":1,\"loss\":1.0,\"validation\":{\"accuracy\":0.75}}")
        .contains("\"seconds\":12.5");
  }
}
