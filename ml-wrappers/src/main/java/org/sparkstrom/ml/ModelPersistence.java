// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** Saves and loads {@link NetworkClassificationModel}: {@code metadata/} as Spark, then data. */
final class ModelPersistence {

  private ModelPersistence() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final NetworkClassificationModel model;

    Writer(NetworkClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      FittedNetwork network = model.fitted();
      SparkMlInternals.saveMetadata(model, path, sc());
      try {
        new ModelFolder(path, sc().hadoopConfiguration()).write(network);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot save the model to '" + path + "'", e);
      }
    }
  }

  /** Reads a model. */
  static final class Reader extends MLReader<NetworkClassificationModel> {

    @Override
    public NetworkClassificationModel load(String path) {
      return SparkMlInternals.load(
          path,
          sc(),
          NetworkClassificationModel.class,
          uid -> new NetworkClassificationModel(uid, network(path)));
    }

    private FittedNetwork network(String path) {
      try {
        return new ModelFolder(path, sc().hadoopConfiguration()).read();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot load the model from '" + path + "'", e);
      }
    }
  }
}
