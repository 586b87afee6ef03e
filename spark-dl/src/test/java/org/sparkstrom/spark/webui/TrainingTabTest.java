// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.training.history.FitHistory;
import org.sparkstrom.spark.training.history.FitHistory.HappeningKind;
import org.sparkstrom.spark.training.history.FitHistory.Phase;
import org.sparkstrom.spark.training.history.FitHistory.WorkerState;
import org.sparkstrom.spark.training.history.FitPage;
import org.sparkstrom.spark.training.history.FitRecorder;

/** The tab as any client of HTTP sees it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TrainingTabTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  @AfterEach
  void stop() {
    SparkTests.session().stop();
  }

  private HttpResponse<String> get(URI uri) {
    try {
      return client.send(
          HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private FitHistory history(WatchedFit fit) {
    HttpResponse<String> answer = get(fit.ui("/sparkstrom/data/?id=1"));
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
    return FitHistory.fromJson(answer.body());
  }

  private FitHistory await(WatchedFit fit, String what, Predicate<FitHistory> condition) {
    SparkCluster.await(what, PATIENCE, () -> condition.test(history(fit)));
    return history(fit);
  }

  @Test
  void theTabFollowsAFitThatLosesAWorker() throws Exception {
    try (WatchedFit fit = WatchedFit.start("digits <b>")) {
      FitHistory early = await(fit, "some rounds", h -> h.curves().round().size() >= 3);
      assertThat(early.state().phase()).isEqualTo(Phase.RUNNING);
      assertThat(early.start().name()).isEqualTo("digits <b>");
      assertThat(early.start().workers()).isEqualTo(3);
      assertThat(early.start().parameters()).isEqualTo(67);
      FitHistory later =
          await(
              fit,
              "more rounds and epochs",
              h ->
                  h.curves().round().size() > early.curves().round().size() + 2
                      && h.epochs().measured().size() >= 2);
      assertThat(later.curves().round()).isSorted().startsWith(early.curves().round().get(0));
      assertThat(later.curves().rows()).isSorted().doesNotContain(0L);
      assertThat(later.curves().bytesSent()).doesNotContain(0L);
      assertThat(later.blocks().names()).containsExactly("layer0", "layer1");
      assertThat(later.blocks().measured())
          .allSatisfy(
              sharing -> {
                assertThat(sharing.density()).allMatch(d -> d >= 0 && d <= 1);
                assertThat(sharing.threshold()).allMatch(tau -> tau > 0);
              });
      assertThat(later.workers())
          .allSatisfy(worker -> assertThat(worker.label()).contains("executor driver on 127.0.0.1"))
          .extracting(FitHistory.Worker::state)
          .containsOnly(WorkerState.TRAINING);

      fit.kill(1);
      FitHistory replaced =
          await(
              fit,
              "the lost worker to be replaced",
              h -> h.workers().get(1).state() == WorkerState.REPLACED);
      assertThat(replaced.workers().get(1).losses()).isEqualTo(1);
      assertThat(replaced.happenings())
          .extracting(FitHistory.Happening::kind)
          .contains(HappeningKind.LOST, HappeningKind.JOINED);

      pagesAreSparksOwn(fit);
      badRequestsAreRefused(fit);

      fit.end();
      FitHistory failed = await(fit, "the end", h -> h.state().phase() == Phase.FAILED);
      assertThat(failed.state().failure()).contains("the test has seen enough");
      assertThat(get(fit.ui("/sparkstrom/data/")).body())
          .contains("\"id\":1", "\"phase\":\"FAILED\"", "\"losses\":1");
    }
  }

  private void pagesAreSparksOwn(WatchedFit fit) {
    assertThat(get(fit.ui("/jobs/")).body()).contains("/sparkstrom/\">Sparkstrom</a>");
    for (String path : List.of("/sparkstrom", "/sparkstrom/fit/?id=1")) {
      HttpResponse<String> page = get(fit.ui(path));
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("X-Frame-Options")).contains("SAMEORIGIN");
      assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(page.body())
          .contains("<title>spark-dl tests - Train")
          .contains("<script src=\"/sparkstrom/script/\"></script>")
          .contains("id=\"sparkstrom\" data-url=\"/sparkstrom/data/");
    }
    HttpResponse<String> script = get(fit.ui("/sparkstrom/script/"));
    assertThat(script.body()).isEqualTo(FitPage.script());
    assertThat(script.headers().firstValue("content-type").orElse(""))
        .startsWith("text/javascript");
    assertThat(script.headers().firstValue("X-Frame-Options")).contains("SAMEORIGIN");
    assertThat(get(fit.ui("/sparkstrom/style/")).body()).isEqualTo(FitPage.style());
  }

  private void badRequestsAreRefused(WatchedFit fit) {
    for (String id : List.of("", "2", "-1", "99999999999", "1%20OR%201", "%3Cscript%3Ex")) {
      HttpResponse<String> data = get(fit.ui("/sparkstrom/data/?id=" + id));
      assertThat(data.statusCode()).as(id).isEqualTo(400);
      assertThat(data.body()).doesNotContain("<script>x");
    }
    HttpResponse<String> page = get(fit.ui("/sparkstrom/fit/?id=%22%3E%3Cscript%3Ex"));
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).doesNotContain("<script>x");
  }

  @Test
  void theLatestFitsAreListedAndFitsOfASessionWithoutUiAreNot() throws Exception {
    FitRecorder unseen = new FitRecorder("unseen");
    TrainingTab.show(SparkTests.session().sparkContext(), unseen); // no UI, no error
    try (WatchedFit fit = WatchedFit.start("first")) {
      for (int i = 2; i <= FitList.MOST_FITS + 1; i++) {
        TrainingTab.show(fit.context(), new FitRecorder("fit " + i));
      }
      String list = get(fit.ui("/sparkstrom/data/")).body();
      assertThat(list)
          .contains("\"name\":\"fit 2\"", "\"name\":\"fit " + (FitList.MOST_FITS + 1) + "\"")
          .doesNotContain("first", "unseen");
      assertThat(get(fit.ui("/sparkstrom/data/?id=1")).statusCode()).isEqualTo(400);
      assertThat(get(fit.ui("/jobs/")).body().split(">Sparkstrom</a>", -1)).hasSize(2);
    }
  }
}
