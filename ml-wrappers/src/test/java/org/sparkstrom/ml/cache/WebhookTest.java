// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.ml.TestData;

class WebhookTest {
  private final BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
  private final CountDownLatch open = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String type = exchange.getRequestHeaders().getFirst("Content-Type");
          requests.add(List.of(exchange.getRequestMethod(), type, body));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.createContext(
        "/silent",
        exchange -> {
          try {
            open.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    open.countDown();
    server.stop(0);
  }

  private String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private static Pipeline scaler() {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StandardScaler().setInputCol("features").setOutputCol("scaled")
            });
  }

  @Test
  void ofAFailureOnlyTheBeginningIsPosted(@TempDir Path folder) throws Exception {
    String reason = "aborted" + "x".repeat(300) + "\nby row [secret,1.0]";
    RunCache cache =
        RunCache.at(
                folder.toString(),
                data -> {
                  throw new IllegalStateException(reason);
                })
            .with(Webhook.to(address("/hook")));

    RunFailedException failure =
        catchThrowableOfType(
            RunFailedException.class, () -> cache.fit(scaler(), TestData.clouds(9)));

    List<String> request = requests.poll(60, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    assertThat(new ObjectMapper().readTree(request.get(2)).get("text").asText())
        .contains("java.lang.IllegalStateException: aborted" + "x".repeat(193) + "\n")
        .doesNotContain("secret");
    assertThat(cache.run(failure.run().id()).failure()).endsWith(reason);
    assertThat(failure).hasMessageContaining(reason);
  }

  @Test
  void aRunPostsItsTree(@TempDir Path folder) throws Exception {
    CachedRun run =
        RunCache.at(folder.toString(), InputFingerprint.content())
            .with(Webhook.to(address("/hook")))
            .fit(scaler(), TestData.clouds(9));

    List<String> request = requests.poll(60, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    assertThat(request.subList(0, 2)).containsExactly("POST", "application/json");
    JsonNode body = new ObjectMapper().readTree(request.get(2));
    assertThat(body.size()).isEqualTo(1);
    assertThat(body.get("text").asText()).isEqualTo("```\n" + run.tree() + "\n```");
    assertThat(run.record().toJson()).doesNotContain("/hook");
  }

  @Test
  void whateverTheServerDoesPostingReturns() {
    Webhook.to(address("/missing")).post("text");
    new Webhook(URI.create(address("/silent")), Duration.ofMillis(200)).post("text");
    open.countDown();
    int port = server.getAddress().getPort();
    server.stop(0);
    Webhook.to("http://127.0.0.1:" + port + "/hook").post("text");
    assertThat(requests).isEmpty();
  }

  @Test
  void onlyAnAddressOfHttpIsTaken() {
    assertThatThrownBy(() -> Webhook.to("file:///etc/passwd"))
        .hasMessageContaining("http or https");
    assertThatThrownBy(() -> Webhook.to("https://hooks.example/secret token"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining("is no address at all; copy it anew")
        .hasMessageNotContainingAny("secret token", "hooks.example");
    assertThatThrownBy(() -> new Webhook(URI.create("http://h/x"), Duration.ZERO))
        .hasMessageContaining("must be positive");
    assertThat(Webhook.to("https://hooks.example/secret").toString()).doesNotContain("secret");
  }
}
