// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.ProbabilisticClassifierParams;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.shared.HasFeaturesCol;
import org.apache.spark.ml.param.shared.HasLabelCol;
import org.apache.spark.ml.param.shared.HasPredictionCol;
import org.apache.spark.ml.param.shared.HasProbabilityCol;
import org.apache.spark.ml.param.shared.HasRawPredictionCol;
import org.apache.spark.ml.param.shared.HasThresholds;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.Identifiable$;
import scala.Option;

/**
 * All calls of this module into Spark's {@code private[ml]} and {@code private[spark]} code, in one
 * place, so that a new version of Spark can break one class only.
 */
final class SparkMlInternals {

  private SparkMlInternals() {}

  /** A uid as Spark's own stages have it. */
  static String randomUid(String prefix) {
    return Identifiable$.MODULE$.randomUID(prefix);
  }

  /**
   * Makes the Params that a predictor or its model inherits from Spark once more, now that the
   * stage knows its uid.
   *
   * <p>A Param copies its parent's uid when it is made. Spark's super constructors make {@code
   * labelCol} and the like before a Java subclass can set its uid field, so those Params belong to
   * a parent {@code null}: they can be set, but copy, save and a parameter grid refuse them. The
   * trait initializers that made them are static methods in bytecode; run again after the field is
   * set, they replace every one of those Params and both maps of values. A stage calls this first
   * in its constructor, after its uid.
   */
  static void remakeInheritedParams(PredictorParams stage) {
    Params.$init$(stage);
    HasLabelCol.$init$(stage);
    HasFeaturesCol.$init$(stage);
    HasPredictionCol.$init$(stage);
  }

  /** As {@link #remakeInheritedParams(PredictorParams)}, with those of classifiers. */
  static void remakeInheritedParams(ProbabilisticClassifierParams stage) {
    remakeInheritedParams((PredictorParams) stage);
    HasRawPredictionCol.$init$(stage);
    HasProbabilityCol.$init$(stage);
    HasThresholds.$init$(stage);
  }

  /** Writes {@code path/metadata}: class, uid and Params. */
  static void saveMetadata(Params stage, String path, SparkContext context) {
    DefaultParamsWriter$.MODULE$.saveMetadata(stage, path, context, Option.empty(), Option.empty());
  }

  /**
   * Makes the stage that {@code path/metadata} describes.
   *
   * @param constructor makes a stage with the saved uid; its Params are set afterwards
   * @throws IllegalArgumentException if another class was saved there
   */
  static <T extends Params> T load(
      String path, SparkContext context, Class<T> type, Function<String, T> constructor) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader$.MODULE$.loadMetadata(path, context, type.getName());
    T stage = constructor.apply(metadata.uid());
    metadata.getAndSetParams(stage, Option.empty());
    return stage;
  }

  /** The transformer that was saved at this path, of whichever class. */
  static Transformer loadStage(String path, SparkContext context) {
    return DefaultParamsReader$.MODULE$.<Transformer>loadParamsInstance(path, context);
  }
}
