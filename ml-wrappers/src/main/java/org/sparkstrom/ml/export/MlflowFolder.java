// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.export;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;

/**
 * Writes a fitted pipeline as a model folder of MLflow with the flavors {@code spark} and {@code
 * python_function}, so that MLflow can load, register and serve it. Neither Python nor MLflow takes
 * part. Stages of this library need its Python package where the model is loaded.
 */
public final class MlflowFolder {
  private static final String MODEL = "sparkml";

  private MlflowFolder() {}

  /**
   * Writes the folder, whole or not at all, with {@code record.json} beside MLflow's own files.
   *
   * @param path on any Hadoop file system
   * @throws IllegalArgumentException if something is at the path
   */
  public static void write(PipelineModel model, ModelRecord record, String path) {
    Path target = new Path(path);
    try {
      FileSystem files = ModelFiles.of(target);
      ModelFiles.requireFree(files, target);
      Path part = ModelFiles.part(target);
      try {
        model.write().save(new Path(part, MODEL).toString());
        String pyspark = "pyspark==" + record.versions().get("spark");
        ModelFiles.write(files, new Path(part, "record.json"), record.toJson());
        ModelFiles.write(files, new Path(part, "requirements.txt"), pyspark + "\n");
        ModelFiles.write(files, new Path(part, "conda.yaml"), conda(pyspark));
        ModelFiles.write(files, new Path(part, "python_env.yaml"), environment());
        ModelFiles.write(files, new Path(part, "MLmodel"), description(record));
        ModelFiles.move(files, part, target);
      } finally {
        files.delete(part, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the MLflow folder '" + path + "'", e);
    }
  }

  private static String description(ModelRecord record) {
    return lines(
        "flavors:",
        "  python_function:",
        "    data: " + MODEL,
        "    env:",
        "      conda: conda.yaml",
        "      virtualenv: python_env.yaml",
        "    loader_module: mlflow.spark",
        "  spark:",
        "    code: null",
        "    model_data: " + MODEL,
        "    pyspark_version: " + quoted(record.versions().get("spark")),
        "metadata:",
        "  sparkstrom_record: record.json",
        "model_uuid: " + quoted(UUID.randomUUID().toString().replace("-", "")),
        "utc_time_created: " + quoted(record.created().replace('T', ' ').replace("Z", "")));
  }

  private static String conda(String requirement) {
    return lines(
        "channels:",
        "- conda-forge",
        "dependencies:",
        "- pip",
        "- pip:",
        "  - mlflow",
        "  - " + quoted(requirement),
        "name: mlflow-env");
  }

  private static String environment() {
    return lines("build_dependencies:", "- pip", "dependencies:", "- -r requirements.txt");
  }

  private static String lines(String... lines) {
    return String.join("\n", List.of(lines)) + "\n";
  }

  /** A text as YAML, of which JSON's quoted texts are a part. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
