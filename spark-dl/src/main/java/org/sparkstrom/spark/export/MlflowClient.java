// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The few calls of MLflow's REST API 2.0 that log a run; each with a deadline. */
final class MlflowClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int MOST_TOLD = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
  private final String server;
  private final Optional<String> token;

  /**
   * A client of one tracking server.
   *
   * @param server such as {@code http://mlflow:5000}
   * @param token for the header Authorization, if the server wants one
   */
  MlflowClient(URI server, Optional<String> token) {
    this.server = server.toString().replaceAll("/+$", "") + "/api/2.0/mlflow/";
    this.token = token;
  }

  /** An empty object for a request. */
  static ObjectNode body() {
    return JSON.createObjectNode();
  }

  /** The id of an experiment, which is made if there is none of the name. */
  String experiment(String name) throws IOException, InterruptedException {
    Optional<String> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    try {
      return post("experiments/create", body().put("name", name)).path("experiment_id").asText();
    } catch (IOException refused) { // another fit may have made it since
      return find(name).orElseThrow(() -> refused);
    }
  }

  private Optional<String> find(String name) throws IOException, InterruptedException {
    String query =
        "experiments/get-by-name?experiment_name="
            + URLEncoder.encode(name, StandardCharsets.UTF_8);
    HttpResponse<String> found = send(request(query).GET());
    return found.statusCode() == NOT_FOUND
        ? Optional.empty()
        : Optional.of(read(query, found).path("experiment").path("experiment_id").asText());
  }

  /**
   * Posts a request.
   *
   * @throws IOException if the server cannot be reached in time, or refuses it
   */
  JsonNode post(String call, ObjectNode body) throws IOException, InterruptedException {
    return read(
        call,
        send(
            request(call)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
  }

  private HttpRequest.Builder request(String call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + call)).timeout(TIMEOUT);
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode read(String call, HttpResponse<String> response) throws IOException {
    String text = response.body();
    if (response.statusCode() != OK) {
      throw new IOException(
          "MLflow at %s answers %s with status %d: %s"
              .formatted(
                  server,
                  call,
                  response.statusCode(),
                  text.substring(0, Math.min(MOST_TOLD, text.length()))));
    }
    return JSON.readTree(text);
  }
}
