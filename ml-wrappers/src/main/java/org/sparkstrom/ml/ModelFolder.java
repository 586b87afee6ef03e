// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.history.FitHistory;

/**
 * The {@code data} folder of a saved model, on the Hadoop file system of its path: {@code
 * network.zip}, which is DL4J's own model format and readable by DL4J alone, and {@code
 * model.json}, see {@link ModelFacts}; and of a network that was fitted here, {@code history.json},
 * the course of its fit, and {@code training.html}, a page that shows it. A model loads without
 * these two, which other releases may lack.
 *
 * <p>{@code model.json} is written last, so that a folder whose saving broke off does not load.
 */
final class ModelFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFolder.class);
  private static final long MOST_HISTORY_BYTES = 16 << 20;

  private final FileSystem files;
  private final Path network;
  private final Path facts;
  private final Path history;
  private final Path page;

  /** The data folder under the path that a model is saved to. */
  ModelFolder(String modelPath, Configuration hadoop) throws IOException {
    Path data = new Path(modelPath, "data");
    this.files = data.getFileSystem(hadoop);
    this.network = new Path(data, "network.zip");
    this.facts = new Path(data, "model.json");
    this.history = new Path(data, "history.json");
    this.page = new Path(data, "training.html");
  }

  void write(FittedNetwork fitted) throws IOException {
    try (OutputStream out = files.create(network, false)) {
      fitted.snapshot().write(out);
    }
    if (fitted.summary().isPresent()) {
      write(page, fitted.summary().get().toHtml());
      write(history, fitted.summary().get().history().toJson());
    }
    write(facts, ModelFacts.of(fitted).toJson());
  }

  private void write(Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads the folder.
   *
   * @throws IllegalArgumentException if it is incomplete, damaged, or of a later format
   */
  FittedNetwork read() throws IOException {
    ModelFacts expected;
    NetworkSnapshot snapshot;
    try (InputStream in = files.open(facts)) {
      expected =
          ModelFacts.fromJson(
              new String(in.readAllBytes(), StandardCharsets.UTF_8), facts.toString());
    } catch (FileNotFoundException e) {
      throw incomplete(facts, e);
    }
    try (InputStream in = files.open(network)) {
      snapshot = NetworkSnapshot.read(in);
    } catch (FileNotFoundException e) {
      throw incomplete(network, e);
    }
    if (!snapshot.parametersSha256().equals(expected.parametersSha256())) {
      throw new IllegalArgumentException(
          "'%s' must hold parameters with SHA-256 %s, as '%s' says, but they have %s; save again"
              .formatted(network, expected.parametersSha256(), facts, snapshot.parametersSha256()));
    }
    FitHistory course = history();
    return new FittedNetwork(
        snapshot, expected.training().map(summary -> summary.withHistory(course)));
  }

  /**
   * The course of the fit; none if it is not there or damaged, since it is no part of the model.
   */
  private FitHistory history() {
    try {
      if (!files.exists(history)) {
        return FitHistory.NONE;
      }
      long length = files.getFileStatus(history).getLen();
      if (length > MOST_HISTORY_BYTES) {
        throw new IllegalArgumentException(
            "a history must have at most %d bytes, but has %d"
                .formatted(MOST_HISTORY_BYTES, length));
      }
      try (InputStream in = files.open(history)) {
        return FitHistory.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the model is loaded without the history of its fit, '{}'", history, e);
      return FitHistory.NONE;
    }
  }

  private static IllegalArgumentException incomplete(Path missing, FileNotFoundException cause) {
    return new IllegalArgumentException(
        "a saved model must have the file '%s', but has not: saving broke off; save again"
            .formatted(missing),
        cause);
  }
}
