// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.training.TrainingEvent;

/** Runs against a server that answers as MLflow's does. */
class MlflowRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Time passes with each answer. */
  private volatile Instant now = Instant.ofEpochMilli(1_234);

  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  /** A request as it came. */
  private record Request(String call, String authorization, JsonNode body) {}

  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile String refused = "";
  private volatile boolean madeByAnother;
  private volatile CountDownLatch untilTheRunBegins = new CountDownLatch(0);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String call = exchange.getRequestURI().toString().replace("/api/2.0/mlflow/", "");
    byte[] body = exchange.getRequestBody().readAllBytes();
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    requests.add(new Request(call, authorization, JSON.readTree(body)));
    now = now.plusSeconds(1);
    if (call.equals("runs/create")) {
      awaitBegin();
    }
    boolean asksByName = call.startsWith("experiments/get-by-name");
    boolean found = asksByName && madeByAnother && calls().contains("experiments/create");
    String answer =
        switch (found ? "found" : call) {
          case "found" -> "{\"experiment\": {\"experiment_id\": \"8\"}}";
          case "experiments/create" -> "{\"experiment_id\": \"7\"}";
          case "runs/create" -> "{\"run\": {\"info\": {\"run_id\": \"r1\"}}}";
          default -> "{}";
        };
    int status = asksByName && !found ? 404 : call.equals(refused) ? 400 : 200;
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private MlflowRun run() {
    return run(new MlflowRun.Pace(Duration.ofMillis(50), Duration.ofSeconds(60), 100));
  }

  private MlflowRun run(MlflowRun.Pace pace) {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new MlflowRun(
        new MlflowClient(address, Optional.of("secret")), "digits & more", clock, pace);
  }

  private void awaitBegin() {
    try {
      assertThat(untilTheRunBegins.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Metrics of the requests that have some. */
  private List<JsonNode> metrics() {
    return requests.stream()
        .filter(request -> request.call().equals("runs/log-batch"))
        .map(request -> request.body().path("metrics"))
        .filter(metrics -> !metrics.isMissingNode())
        .toList();
  }

  private List<String> calls() {
    return requests.stream().map(Request::call).toList();
  }

  private static List<String> keys(JsonNode entries) {
    List<String> keys = new ArrayList<>();
    entries.forEach(entry -> keys.add(entry.path("key").asText()));
    return keys;
  }

  @Test
  void aFitIsARun() throws Exception {
    MlflowRun run = run();
    run.onEvent(ToldFit.started());
    ToldFit.course().forEach(run::onEvent);
    run.onEvent(ToldFit.completed());

    assertThat(calls())
        .startsWith(
            "experiments/get-by-name?experiment_name=digits+%26+more",
            "experiments/create", "runs/create", "runs/log-batch")
        .endsWith("runs/log-batch", "runs/update");
    assertThat(requests).allMatch(request -> request.authorization().equals("Bearer secret"));
    assertThat(requests.get(1).body().path("name").asText()).isEqualTo("digits & more");
    assertThat(requests.get(2).body().toString())
        .isEqualTo("{\"experiment_id\":\"7\",\"start_time\":1234}");
    assertThat(keys(requests.get(3).body().path("params")))
        .containsExactly("workers", "rows", "validationRows", "parameters");
    List<JsonNode> batches = metrics();
    // rounds are 20 ms apart: those at 20, 80, 140 and 200 ms are told
    assertThat(batches.stream().filter(batch -> keys(batch).contains("train.loss")))
        .extracting(batch -> batch.get(0).path("step").asInt())
        .containsExactly(1, 4, 7, 10);
    assertThat(keys(batches.get(batches.size() - 1)))
        .contains("loss", "validation.accuracy", "density.layer0", "threshold.layer1");
    JsonNode end = requests.get(requests.size() - 1).body();
    assertThat(end.path("status").asText()).isEqualTo("FINISHED");
    assertThat(end.path("run_id").asText()).isEqualTo("r1");
    assertThat(keys(requests.get(requests.size() - 2).body().path("tags")))
        .contains("sparkstrom.parametersSha256");
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("sparkstrom-mlflow")) {
        thread.join(60_000); // it has nothing to do, and ends
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  @Test
  void aFitThatFailsIsARunThatHasFailed() {
    MlflowRun run = run();
    run.onEvent(ToldFit.started());
    run.onEvent(ToldFit.failed());
    JsonNode end = requests.get(requests.size() - 1).body();
    assertThat(end.path("status").asText()).isEqualTo("FAILED");
    assertThat(requests.get(requests.size() - 2).body().toString()).contains("a worker was lost");
    int before = requests.size();
    run.onEvent(ToldFit.failed()); // one that never began
    assertThat(requests).hasSize(before);
  }

  @Test
  void aServerThatRefusesEndsTheLoggingAndNotTheFit() {
    refused = "runs/create";
    MlflowRun run = run();
    run.onEvent(ToldFit.started());
    ToldFit.course().forEach(run::onEvent);
    run.onEvent(ToldFit.completed());
    assertThat(calls()).hasSize(3).endsWith("runs/create");
  }

  @Test
  void anExperimentThatAnotherFitHasJustMadeIsUsed() {
    refused = "experiments/create";
    madeByAnother = true;
    MlflowRun run = run();
    run.onEvent(ToldFit.started());
    run.onEvent(ToldFit.completed());
    String byName = "experiments/get-by-name?experiment_name=digits+%26+more";
    assertThat(calls())
        .startsWith(byName, "experiments/create", byName, "runs/create")
        .endsWith("runs/update");
    assertThat(requests.get(3).body().path("experiment_id").asText()).isEqualTo("8");
  }

  @Test
  void anExperimentThatCannotBeMadeEndsTheLogging() {
    refused = "experiments/create";
    MlflowRun run = run();
    run.onEvent(ToldFit.started());
    run.onEvent(ToldFit.completed());
    assertThat(calls()).hasSize(3).doesNotContain("runs/create");
  }

  @Test
  void onlySomeMetricsWaitForASlowServer() {
    untilTheRunBegins = new CountDownLatch(1);
    MlflowRun run = run(new MlflowRun.Pace(Duration.ZERO, Duration.ofSeconds(60), 3));
    run.onEvent(ToldFit.started());
    ToldFit.course().forEach(run::onEvent);
    untilTheRunBegins.countDown();
    run.onEvent(ToldFit.completed());
    assertThat(metrics()).hasSize(3);
    assertThat(calls()).endsWith("runs/log-batch", "runs/update");
  }

  @Test
  void theEndIsToldThoughMetricsWait() throws Exception {
    untilTheRunBegins = new CountDownLatch(1);
    MlflowRun run = run(new MlflowRun.Pace(Duration.ZERO, Duration.ZERO, 100));
    run.onEvent(ToldFit.started());
    ToldFit.course().forEach(run::onEvent);
    TrainingEvent completed = ToldFit.completed();
    Thread end = new Thread(() -> run.onEvent(completed));
    end.start();
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (end.getState() != Thread.State.TIMED_WAITING) { // metrics had no time, and are skipped
      assertThat(System.nanoTime()).as("state %s", end.getState()).isLessThan(deadlineNs);
      Thread.onSpinWait();
    }
    untilTheRunBegins.countDown();
    end.join(60_000);
    assertThat(end.isAlive()).isFalse();
    assertThat(metrics()).isEmpty();
    assertThat(calls()).endsWith("runs/create", "runs/log-batch", "runs/log-batch", "runs/update");
  }

  @Test
  void theEndIsToldThoughMetricsAreRefused() {
    refused = "runs/log-batch";
    MlflowRun run = run();
    run.onEvent(ToldFit.started());
    ToldFit.course().forEach(run::onEvent);
    run.onEvent(ToldFit.failed());
    assertThat(calls()).endsWith("runs/create", "runs/log-batch", "runs/log-batch", "runs/update");
    assertThat(requests.get(requests.size() - 1).body().path("status").asText())
        .isEqualTo("FAILED");
  }

  @Test
  void aServerThatIsGoneDoesNotEndTheFit() {
    MlflowRun run = run();
    server.stop(0);
    run.onEvent(ToldFit.started());
    run.onEvent(ToldFit.completed());
    assertThat(requests).isEmpty();
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MlflowRun(URI.create("mlflow:5000"), "digits"))
        .withMessageContaining("http://host:5000")
        .withMessageContaining("mlflow:5000");
  }
}
