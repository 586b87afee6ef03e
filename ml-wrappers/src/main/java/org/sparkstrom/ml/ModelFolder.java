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
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The {@code data} folder of a saved model, on the Hadoop file system of its path: {@code
 * network.zip}, which is DL4J's own model format and readable by DL4J alone, and {@code
 * model.json}, see {@link ModelFacts}.
 *
 * <p>{@code model.json} is written last, so that a folder whose saving broke off does not load.
 */
final class ModelFolder {

  private final FileSystem files;
  private final Path network;
  private final Path facts;

  /** The data folder under the path that a model is saved to. */
  ModelFolder(String modelPath, Configuration hadoop) throws IOException {
    Path data = new Path(modelPath, "data");
    this.files = data.getFileSystem(hadoop);
    this.network = new Path(data, "network.zip");
    this.facts = new Path(data, "model.json");
  }

  void write(FittedNetwork fitted) throws IOException {
    try (OutputStream out = files.create(network, false)) {
      fitted.snapshot().write(out);
    }
    try (OutputStream out = files.create(facts, false)) {
      out.write(ModelFacts.of(fitted).toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads the folder.
   *
   * @param kind what the network must be
   * @throws IllegalArgumentException if it is incomplete, damaged, of a later format, or the
   *     network of another kind
   */
  FittedNetwork read(NetworkKind kind) throws IOException {
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
    return new FittedNetwork(snapshot, expected.training(), kind);
  }

  private static IllegalArgumentException incomplete(Path missing, FileNotFoundException cause) {
    return new IllegalArgumentException(
        "a saved model must have the file '%s', but has not: saving broke off; save again"
            .formatted(missing),
        cause);
  }
}
