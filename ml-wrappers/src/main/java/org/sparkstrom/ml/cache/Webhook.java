// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the tree of a run is posted when it has ended, as Slack and what is compatible with it take
 * it: {@code {"text": ...}}. A post that fails is a warning and never fails the run. The address is
 * treated as a secret: messages name the host alone. Of a failure only the beginning is posted, as
 * Spark's own messages may show rows.
 *
 * @param address of http or https
 * @param deadline for the whole post
 */
public record Webhook(URI address, Duration deadline) {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  public Webhook {
    String scheme = String.valueOf(address.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
      throw new IllegalArgumentException(
          "a webhook must be an address of http or https with a host, but has scheme '%s' and host '%s'"
              .formatted(scheme, address.getHost()));
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException(
          "the deadline of a webhook must be positive, but is " + deadline);
    }
  }

  /**
   * A webhook with a deadline of ten seconds.
   *
   * @throws IllegalArgumentException if it is no address of http or https; does not show it
   */
  @SuppressWarnings("UnusedException") // the cause shows the whole address
  public static Webhook to(String address) {
    try {
      return new Webhook(new URI(address), Duration.ofSeconds(10));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "a webhook must be an address of http or https with a host, but this one, which is kept secret, is no address at all; copy it anew, without spaces");
    }
  }

  /** Posts a text; blocks until it has arrived, failed, or the deadline is over. */
  void post(String text) {
    String body = JSON.createObjectNode().put("text", "```\n" + text + "\n```").toString();
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(deadline)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        HttpClient.newBuilder()
            .connectTimeout(deadline)
            .build()
            .sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      if (status / 100 != 2) {
        LOG.warn("the webhook at {} answered {} to a run's tree", address.getHost(), status);
      }
    } catch (ExecutionException e) {
      LOG.warn("a run's tree did not reach the webhook at {}", address.getHost(), e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      LOG.warn("the webhook at {} gave no answer within {}", address.getHost(), deadline);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while a run's tree was posted to {}", address.getHost());
    }
  }

  /** The host alone: the rest of the address is a secret. */
  @Override
  public String toString() {
    return "Webhook[" + address.getHost() + ", " + deadline + "]";
  }
}
