// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page of a fit: one script and one style, which draw a {@link FitHistory} in Spark's UI while
 * it grows and in a file that needs no network.
 *
 * <p>The script sets values as text alone. The file's own content policy lets only this script run,
 * by its hash, should a value slip through.
 */
public final class FitPage {

  private FitPage() {}

  /** The script, which draws into the element with the id {@code sparkstrom}. */
  public static String script() {
    return resource("fit-page.js");
  }

  /** The style of what the script draws. */
  public static String style() {
    return resource("fit-page.css");
  }

  /** A history as one HTML file. */
  public static String write(FitHistory history) {
    String script = script();
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'">
        <title>Training</title>
        <style>
        %s</style>
        </head>
        <body>
        <div class="sparkstrom" id="sparkstrom"></div>
        <script type="application/json" id="sparkstrom-data">%s</script>
        <script>%s</script>
        </body>
        </html>
        """
        .formatted(hash(script), style(), inScript(history.toJson()), script);
  }

  /** JSON that no HTML parser can take for the end of the element that it stands in. */
  private static String inScript(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  private static String hash(String script) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(digest.digest(script.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = FitPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar of Sparkstrom lacks " + name + "; build it anew");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " from the jar of Sparkstrom", e);
    }
  }
}
