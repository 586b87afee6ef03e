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
import org.apache.spark.SparkContext;
import org.apache.spark.ml.util.MLWritable;
import org.sparkstrom.spark.inference.NetworkModel;
import org.sparkstrom.spark.inference.onnx.OnnxModel;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The {@code data} folder of a saved {@link ParallelPostFit}, on the Hadoop file system of its
 * path: the model in its maker's own format, and {@code model.json}, see {@link PostFitFacts}.
 * Nothing in it is deserialized as a Java object.
 *
 * <p>{@code model.json} is written last, so that a folder whose saving broke off does not load.
 */
final class PostFitFolder {

  private final FileSystem files;
  private final Path data;
  private final SparkContext context;

  /** The data folder under the path that a model is saved to. */
  PostFitFolder(String modelPath, SparkContext context) throws IOException {
    this.data = new Path(modelPath, "data");
    this.context = context;
    this.files = data.getFileSystem(context.hadoopConfiguration());
  }

  void writeNetwork(NetworkSnapshot network) throws IOException {
    try (OutputStream out = files.create(new Path(data, "network.zip"), false)) {
      network.write(out);
    }
  }

  void writeOnnx(byte[] file) throws IOException {
    try (OutputStream out = files.create(new Path(data, "model.onnx"), false)) {
      out.write(file);
    }
  }

  void writeStage(MLWritable stage) throws IOException {
    stage.write().save(new Path(data, "stage").toString());
  }

  void write(FittedModel model) throws IOException {
    PostFitFacts facts = model.write(this);
    try (OutputStream out = files.create(new Path(data, "model.json"), false)) {
      out.write(facts.toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads the folder.
   *
   * @throws IllegalArgumentException if it is incomplete, damaged, or of a later format
   */
  FittedModel read() throws IOException {
    Path json = new Path(data, "model.json");
    PostFitFacts facts =
        PostFitFacts.fromJson(new String(bytes(json), StandardCharsets.UTF_8), json.toString());
    return switch (facts.kind()) {
      case NETWORK -> network(facts);
      case ONNX -> onnx(facts);
      case STAGE ->
          new FittedStage(SparkMlInternals.loadStage(new Path(data, "stage").toString(), context));
    };
  }

  private FittedModel network(PostFitFacts facts) throws IOException {
    Path zip = new Path(data, "network.zip");
    NetworkSnapshot network;
    try (InputStream in = open(zip)) {
      network = NetworkSnapshot.read(in);
    }
    facts.requireHash(network.parametersSha256(), zip.toString());
    return new FittedTensors(NetworkModel.of(network, facts.signature()));
  }

  private FittedModel onnx(PostFitFacts facts) throws IOException {
    Path file = new Path(data, "model.onnx");
    byte[] bytes = bytes(file);
    facts.requireHash(PostFitFacts.sha256(bytes), file.toString());
    return new FittedTensors(OnnxModel.of(bytes));
  }

  private byte[] bytes(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    }
  }

  private InputStream open(Path file) throws IOException {
    try {
      return files.open(file);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          "a saved model must have the file '%s', but has not: saving broke off; save again"
              .formatted(file),
          e);
    }
  }

  /** The bytes of a model's file at any Hadoop path. */
  static byte[] readAll(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path);
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return in.readAllBytes();
    }
  }
}
