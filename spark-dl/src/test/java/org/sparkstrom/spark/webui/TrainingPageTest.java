// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.training.history.FitPage;
import org.sparkstrom.spark.training.history.LongFit;

/**
 * The page as a browser shows it. With the property {@code sparkstrom.pictures} it writes the
 * pictures of the documentation into that folder.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TrainingPageTest {

  private static final String LOSS =
      "document.querySelector('.sparkstrom figure .curve').getAttribute('d')";

  @TempDir private Path folder;

  private static String state(int rank) {
    return "(document.querySelectorAll('.sparkstrom table')[1]?.tBodies[0].rows[%d]?.cells[1].textContent || '')"
        .formatted(rank);
  }

  @Test
  void curvesMoveDuringAFitAndALostWorkerShows() throws Exception {
    try (Chromium browser = Chromium.start(Files.createDirectory(folder.resolve("profile")));
        WatchedFit fit = WatchedFit.start("digits")) {
      browser.open(fit.ui("/sparkstrom/"));
      assertThat(browser.value("document.querySelector('.sparkstrom td a').textContent").asText())
          .isEqualTo("digits");
      String link = browser.value("document.querySelector('.sparkstrom td a').href").asText();
      assertThat(link).isEqualTo(fit.ui("/sparkstrom/fit/?id=1").toString());

      browser.open(fit.ui("/sparkstrom/fit/?id=1"));
      browser.await("a curve", "document.querySelector('.sparkstrom figure .curve') !== null");
      for (int i = 0; i < 2; i++) {
        String before = browser.value(LOSS).asText();
        browser.await("the curve to move", LOSS + " !== '" + before + "'");
      }
      browser.await(
          "figures of layers", "document.querySelectorAll('.sparkstrom figure').length >= 8");

      fit.kill(1);
      browser.await("the lost worker to show", state(1) + " === 'REPLACED'");
      browser.await("its mark", "document.querySelectorAll('.mark.LOST').length > 0");
      assertThat(browser.value("document.querySelector('td.LOST') !== null").asBoolean()).isTrue();

      fit.end();
      browser.await(
          "the end of the fit",
          "document.querySelector('.sparkstrom td.FAILED')?.textContent === 'FAILED'");
      assertThat(
              browser.value("document.getElementById('sparkstrom-problem').textContent").asText())
          .isEmpty();
    }
  }

  @Test
  @Tag("slow")
  void aKilledExecutorShows() throws Exception {
    try (SparkCluster cluster = SparkCluster.start(folder.resolve("cluster"), 3);
        Chromium browser = Chromium.start(Files.createDirectory(folder.resolve("profile")));
        WatchedFit fit =
            WatchedFit.start(
                "clouds", SparkCluster.application(cluster.masterUrl(), cluster.folder()))) {
      browser.open(fit.ui("/sparkstrom/fit/?id=1"));
      browser.await("a curve", "document.querySelector('.sparkstrom figure .curve') !== null");
      browser.await("many points", LOSS + ".split('L').length >= 80");
      picture(browser, "training.png");

      cluster.executor(fit.executor(1)).destroyForcibly();
      browser.await("the loss to show", "document.querySelector('td.LOST') !== null");
      browser.await("the new attempt to show", state(1) + " === 'REPLACED'");
      browser.await("a while to pass", LOSS + ".split('L').length >= 160");
      browser.await("its mark", "document.querySelectorAll('.mark.LOST').length > 0");
      assertThat(browser.value("document.querySelector('.sparkstrom').textContent").asText())
          .contains("lost worker 1 (executor ");
      picture(browser, "training-lost-executor.png");
    }
  }

  private static void picture(Chromium browser, String name) throws IOException {
    String pictures = System.getProperty("sparkstrom.pictures");
    if (pictures != null) {
      browser.picture(Path.of(pictures, name), 1540);
    }
  }

  @Test
  void aPageOfTenThousandRoundsStaysSmallAndValuesAreText() throws Exception {
    String name = "<img src=x onerror='window.struck=1'></script><script>window.struck=1</script>";
    Path file = folder.resolve("fit.html");
    Files.writeString(file, FitPage.write(LongFit.recorded(name, 10_000, 8, 30).history()));
    try (Chromium browser = Chromium.start(Files.createDirectory(folder.resolve("profile")))) {
      browser.open(file.toUri());
      assertThat(browser.value("document.querySelector('.sparkstrom h2').textContent").asText())
          .isEqualTo(name);
      assertThat(browser.value("window.struck === undefined").asBoolean()).isTrue();
      assertThat(browser.value("document.querySelectorAll('img').length").asInt()).isZero();
      assertThat(browser.value("document.querySelectorAll('*').length").asInt())
          .isBetween(500, 3000);
      assertThat(browser.value("document.querySelectorAll('.sparkstrom figure').length").asInt())
          .isEqualTo(9);
      assertThat(browser.value(LOSS + ".split('L').length").asInt()).isBetween(500, 1001);
      assertThat(browser.value("document.querySelector('p.note').textContent").asText())
          .contains("one of 16 reports");
    }
  }
}
