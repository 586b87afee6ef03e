// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.sparkstrom.datavec.column.ModelTable;
import org.sparkstrom.datavec.column.StageMetadata;

/**
 * Saved explainers: {@code metadata/} as Spark has it, {@code data/background} in Parquet, and the
 * model as it saves itself in {@code data/model}, written last.
 */
final class ExplainerFolder {
  private static final String BACKGROUND = "data/background";
  private static final String MODEL = "data/model";

  private ExplainerFolder() {}

  /** Makes a stage of its parts. */
  interface Maker<S> {
    S make(String uid, Transformer model, Background background);
  }

  static MLWriter writer(Explainer<?> stage) {
    if (!(stage.explainedModel() instanceof MLWritable model)) {
      throw new UnsupportedOperationException(
          "%s can be saved if its model can, but %s is no MLWritable; explain a model that is"
              .formatted(stage.uid(), stage.explainedModel().getClass().getName()));
    }
    model.write(); // refuses at once what cannot be saved
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        StageMetadata.save(stage, path, sc());
        if (!stage.background().isNone()) {
          stage.background().table().save(sparkSession(), under(path, BACKGROUND));
        }
        try {
          model.write().save(under(path, MODEL));
        } catch (IOException e) {
          throw new UncheckedIOException("cannot save to '" + under(path, MODEL) + "'", e);
        }
      }
    };
  }

  static <S extends Explainer<S>> MLReader<S> reader(Class<S> type, Maker<S> maker) {
    return new MLReader<>() {
      @Override
      public S load(String path) {
        Transformer model = StageMetadata.loadAny(under(path, MODEL), sc(), Transformer.class);
        Background background = background(path);
        return StageMetadata.load(path, sc(), type, uid -> maker.make(uid, model, background));
      }

      private Background background(String path) {
        Path folder = new Path(under(path, BACKGROUND));
        try {
          boolean saved = folder.getFileSystem(sc().hadoopConfiguration()).exists(folder);
          return saved
              ? new Background(ModelTable.load(sparkSession(), folder.toString()))
              : Background.none();
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read '" + folder + "'", e);
        }
      }
    };
  }

  private static String under(String path, String part) {
    return new Path(path, part).toString();
  }
}
