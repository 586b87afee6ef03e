// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.Identifiable$;
import scala.Option;

/**
 * All calls of this module into Spark's {@code private[ml]} code, in one place, so that a new
 * version of Spark can break one class only.
 */
public final class StageMetadata {
  private StageMetadata() {}

  /** A uid as Spark's own stages have it. */
  public static String randomUid(String prefix) {
    return Identifiable$.MODULE$.randomUID(prefix);
  }

  /** Writes {@code path/metadata}: class, uid and Params. */
  public static void save(Params stage, String path, SparkContext context) {
    DefaultParamsWriter$.MODULE$.saveMetadata(stage, path, context, Option.empty(), Option.empty());
  }

  /**
   * Makes the stage that {@code path/metadata} describes.
   *
   * @param constructor makes a stage with the saved uid; its Params are set afterwards
   * @throws IllegalArgumentException if another class was saved there
   */
  public static <T extends Params> T load(
      String path, SparkContext context, Class<T> type, Function<String, T> constructor) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader$.MODULE$.loadMetadata(path, context, type.getName());
    T stage = constructor.apply(metadata.uid());
    metadata.getAndSetParams(stage, Option.empty());
    return stage;
  }

  /** A fitted pipeline of these stages, without a look at any rows. */
  public static PipelineModel pipelineModel(String uid, List<Transformer> stages) {
    return new PipelineModel(uid, stages);
  }

  /**
   * The stage or evaluator that was saved at this path, of whichever class.
   *
   * @throws IllegalArgumentException when what was saved there is of another type
   */
  public static <T> T loadAny(String path, SparkContext context, Class<T> type) {
    Object loaded = DefaultParamsReader$.MODULE$.loadParamsInstance(path, context);
    if (!type.isInstance(loaded)) {
      throw new IllegalArgumentException(
          "'"
              + path
              + "' must hold a saved "
              + type.getSimpleName()
              + ", but holds "
              + loaded.getClass().getName());
    }
    return type.cast(loaded);
  }
}
