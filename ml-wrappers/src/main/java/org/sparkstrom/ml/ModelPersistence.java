// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** Saves and loads models of networks: {@code metadata/} as Spark, then data. */
final class ModelPersistence {

  private ModelPersistence() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final Params model;
    private final FittedNetwork network;

    Writer(Params model, FittedNetwork network) {
      this.model = model;
      this.network = network;
    }

    @Override
    public void saveImpl(String path) {
      SparkMlInternals.saveMetadata(model, path, sc());
      try {
        new ModelFolder(path, sc().hadoopConfiguration()).write(network);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot save the model to '" + path + "'", e);
      }
    }
  }

  /** Reads models of one class. */
  static final class Reader<M extends Params> extends MLReader<M> {
    private final Class<M> type;
    private final BiFunction<String, FittedNetwork, M> constructor;

    /** A reader that makes models from uid and network. */
    Reader(Class<M> type, BiFunction<String, FittedNetwork, M> constructor) {
      this.type = type;
      this.constructor = constructor;
    }

    @Override
    public M load(String path) {
      return SparkMlInternals.load(path, sc(), type, uid -> constructor.apply(uid, network(path)));
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
