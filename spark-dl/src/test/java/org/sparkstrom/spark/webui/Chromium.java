// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.sparkstrom.spark.SparkCluster;

/**
 * A headless Chromium with one page, driven by its DevTools protocol over a web socket. Used by one
 * thread.
 */
final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final Process process;
  private final WebSocket page;
  private int calls;

  private Chromium(Process process, Path profile) throws Exception {
    this.process = process;
    Path port = profile.resolve("DevToolsActivePort");
    SparkCluster.await(
        "Chromium to listen; its output is in " + profile.resolve("output"),
        PATIENCE,
        () -> lines(port).size() >= 2);
    URI list = URI.create("http://127.0.0.1:" + lines(port).get(0) + "/json/list");
    SparkCluster.await("Chromium to have a page", PATIENCE, () -> pageOf(list).isPresent());
    this.page =
        client
            .newWebSocketBuilder()
            .connectTimeout(PATIENCE)
            .buildAsync(URI.create(pageOf(list).orElseThrow()), new Answers())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    call("Page.enable", JSON.createObjectNode());
  }

  /**
   * Starts it; skips the test where it is not installed.
   *
   * @param profile folder for its files
   */
  static Chromium start(Path profile) throws Exception {
    Optional<Path> program =
        Stream.of("chromium", "google-chrome")
            .flatMap(
                name ->
                    Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "no Chromium on the PATH; install the package chromium");
    Process process =
        new ProcessBuilder(
                program.get().toString(),
                "--headless=new",
                "--no-sandbox", // as root it does not start with one; it sees our own pages alone
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--window-size=1100,900",
                "--remote-debugging-address=127.0.0.1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("output").toFile())
            .start();
    try {
      return new Chromium(process, profile);
    } catch (Exception | AssertionError e) {
      end(process);
      throw e;
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> pageOf(URI list) {
    try {
      String body =
          client
              .send(
                  HttpRequest.newBuilder(list).timeout(PATIENCE).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      for (JsonNode target : JSON.readTree(body)) {
        if (target.path("type").asText().equals("page")) {
          return Optional.of(target.path("webSocketDebuggerUrl").asText());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Goes to an address, and waits until the training page there has drawn something. */
  void open(URI address) {
    call("Page.navigate", JSON.createObjectNode().put("url", address.toString()));
    await(
        address + " to be drawn",
        "location.href === %s && Number((document.getElementById('sparkstrom') || {dataset: {}}).dataset.drawn || 0) > 0"
            .formatted(JSON.getNodeFactory().textNode(address.toString())));
  }

  /** The value of an expression in the page. */
  JsonNode value(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            JSON.createObjectNode().put("expression", expression).put("returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + " threw " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** Waits until an expression in the page is true. */
  void await(String what, String expression) {
    SparkCluster.await(what, PATIENCE, () -> value(expression).asBoolean());
  }

  /** Writes a picture of the whole page in a window of this width, in pixels. */
  void picture(Path png, int width) throws IOException {
    call("Emulation.setScrollbarsHidden", JSON.createObjectNode().put("hidden", true));
    resize(width, 1);
    resize(width, value("document.documentElement.scrollHeight").asInt());
    String data =
        call("Page.captureScreenshot", JSON.createObjectNode().put("format", "png"))
            .path("data")
            .asText();
    Files.createDirectories(png.getParent());
    Files.write(png, Base64.getDecoder().decode(data));
  }

  private void resize(int width, int height) {
    ObjectNode size = JSON.createObjectNode();
    size.put("width", width).put("height", height).put("deviceScaleFactor", 1);
    call("Emulation.setDeviceMetricsOverride", size.put("mobile", false));
  }

  private JsonNode call(String method, ObjectNode parameters) {
    int id = ++calls;
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    try {
      page.sendText(message.toString(), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      while (true) {
        JsonNode answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null) {
          throw new AssertionError("Chromium has not answered " + method + " in " + PATIENCE);
        }
        if (answer.path("id").asInt() == id) {
          if (answer.has("error")) {
            throw new AssertionError(method + " failed: " + answer.get("error"));
          }
          return answer.path("result");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("Chromium does not take " + method, e);
    }
  }

  @Override
  public void close() {
    page.abort();
    end(process);
  }

  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    SparkCluster.await(
        "Chromium to end", PATIENCE, () -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Puts messages together, which come in parts. */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          answers.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}
