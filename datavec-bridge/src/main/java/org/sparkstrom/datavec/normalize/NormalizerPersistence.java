// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.sparkstrom.datavec.column.StageMetadata;

/**
 * Saves and loads {@link NormalizerModel}: {@code metadata/} as Spark, then {@code
 * data/normalizer.bin} in DL4J's format.
 */
final class NormalizerPersistence {
  private NormalizerPersistence() {}

  private static String file(String path) {
    return new Path(new Path(path, "data"), "normalizer.bin").toString();
  }

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final NormalizerModel model;

    Writer(NormalizerModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      Normalization normalization = model.normalization();
      StageMetadata.save(model, path, sc());
      try {
        NormalizerFile.write(normalization, file(path), sc().hadoopConfiguration());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot save the normalizer to '" + path + "'", e);
      }
    }
  }

  /** Reads a model. */
  static final class Reader extends MLReader<NormalizerModel> {
    @Override
    public NormalizerModel load(String path) {
      return StageMetadata.load(
          path, sc(), NormalizerModel.class, uid -> new NormalizerModel(uid, normalization(path)));
    }

    private Normalization normalization(String path) {
      try {
        return NormalizerFile.read(file(path), sc().hadoopConfiguration());
      } catch (FileNotFoundException e) {
        throw new IllegalArgumentException(
            "a saved normalizer must have the file '%s', but has not: saving broke off; save again"
                .formatted(file(path)),
            e);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot load the normalizer from '" + path + "'", e);
      }
    }
  }
}
