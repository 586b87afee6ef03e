// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/** For every Param of every stage a value that is not its default, and values that are wrong. */
final class ParamValues {

  /**
   * Params that any value fits: names of columns, words, folders, seeds, and what is true or not.
   */
  private static final Set<String> FREE =
      Set.of(
          "seed",
          "checkpointDir",
          "skippedCounter",
          "missingTexts",
          "constants",
          "partOfSpeech",
          "stopTags",
          "stopWords",
          "baseForm",
          "lowercase",
          "alternateSign",
          "binary",
          "fitIntercept",
          "maskWord");

  private static final Map<String, Object> OF_DATA =
      Map.ofEntries(
          Map.entry("inputCol", "a"),
          Map.entry("outputCol", "b"),
          Map.entry("errorCol", "why"),
          Map.entry("originCol", "where"),
          Map.entry("inputCols", new String[] {"a.b", "C"}),
          Map.entry("outputCols", new String[] {"d", "E"}),
          Map.entry("indicatorCols", new String[] {"f", "g"}),
          Map.entry("groupCols", new String[] {"h"}),
          Map.entry("keyCols", new String[] {"k"}),
          Map.entry("missingTexts", new String[] {"NA"}),
          Map.entry("constants", new String[] {"7"}),
          Map.entry("layout", "separate"),
          Map.entry("min", -1.5),
          Map.entry("max", 2.5),
          Map.entry("maxBits", 16),
          Map.entry("deviation", "sample"),
          Map.entry("widths", new int[] {1, 2}),
          Map.entry("direction", "revert"),
          Map.entry("lowerQuantile", 0.25),
          Map.entry("upperQuantile", 0.75),
          Map.entry("relativeError", 0.0),
          Map.entry("lower", new double[] {-1, -2}),
          Map.entry("upper", new double[] {3, 4}),
          Map.entry("gramLength", 3),
          Map.entry("minSimilarity", 0.5),
          Map.entry("missRate", 0.25),
          Map.entry("skippedCounter", "skipped"),
          Map.entry("match", "spelling"));

  private static final Map<String, Object> OF_PICTURES_AND_TEXTS =
      Map.ofEntries(
          Map.entry("height", 7),
          Map.entry("width", 8),
          Map.entry("fit", "crop"),
          Map.entry("colorMode", "bgr"),
          Map.entry("cropFraction", 0.5),
          Map.entry("scale", 2.0),
          Map.entry("mean", new double[] {0.5}),
          Map.entry("std", new double[] {2}),
          Map.entry("background", 9),
          Map.entry("outputType", "vector"),
          Map.entry("maxPixels", 1L << 20),
          Map.entry("maxFileBytes", 1 << 20),
          Map.entry("mode", "normal"),
          Map.entry("baseForm", false),
          Map.entry("partOfSpeech", new String[] {"名詞"}),
          Map.entry("stopTags", new String[] {"助詞"}),
          Map.entry("stopWords", new String[] {"and"}),
          Map.entry("userDictionary", "朝青龍関,朝青龍関,アサショウリュウゼキ,カスタム人名"),
          Map.entry("numFeatures", 5),
          Map.entry("analyzer", "char"),
          Map.entry("minN", 2),
          Map.entry("maxN", 3),
          Map.entry("tokenPattern", "\\S+"),
          Map.entry("lowercase", false),
          Map.entry("alternateSign", false),
          Map.entry("binary", true),
          Map.entry("norm", "l2"));

  private static final Map<String, Object> OF_EXPLANATIONS =
      Map.ofEntries(
          Map.entry("components", "words"),
          Map.entry("targetCol", "prediction"),
          Map.entry("targetClasses", new int[] {2, 0}),
          Map.entry("baseCol", "B"),
          Map.entry("rSquaredCol", ""),
          Map.entry("partsCol", "P"),
          Map.entry("numSamples", 77),
          Map.entry("wordPattern", "\\S+"),
          Map.entry("maskWord", "_"),
          Map.entry("imageHeight", 5),
          Map.entry("imageWidth", 6),
          Map.entry("imageChannels", 3),
          Map.entry("patchSize", 2),
          Map.entry("kernelWidth", 0.5),
          Map.entry("regularization", 0.25),
          Map.entry("penalty", "lasso"));

  private ParamValues() {}

  /** A value that is not the default. */
  static Object other(PipelineStage stage, Param<?> param) {
    String name = param.name();
    if (name.equals("strategies")) {
      boolean scales = stage.getClass().getSimpleName().equals("NormalizerEstimator");
      return new String[] {scales ? "minMax" : "median"};
    }
    if (name.equals("transformProcess")) {
      return new TransformProcess.Builder(new Schema.Builder().addColumnString("s").build())
          .build()
          .toJson();
    }
    for (Map<String, Object> values : List.of(OF_DATA, OF_PICTURES_AND_TEXTS, OF_EXPLANATIONS)) {
      if (values.containsKey(name)) {
        return values.get(name);
      }
    }
    return stage instanceof ParallelPostFit
        ? PostFitContractTest.VALUES.get(name)
        : StageContractTest.value(stage, param);
  }

  /** Whether a Param takes any value of its type. */
  static boolean isFree(Param<?> param) {
    String name = param.name();
    return FREE.contains(name) || name.endsWith("Col") || name.endsWith("Cols");
  }

  /** Values that are wrong for any Param of this type that does not take any. */
  static List<Object> wrong(Param<?> param) {
    if (param instanceof IntParam) {
      return List.of(Integer.MIN_VALUE);
    }
    if (param instanceof LongParam) {
      return List.of(Long.MIN_VALUE);
    }
    if (param instanceof DoubleParam) {
      return List.of(Double.NaN);
    }
    if (param instanceof DoubleArrayParam) {
      return List.of(new double[] {Double.NaN}, new double[] {-1, -1});
    }
    if (param instanceof IntArrayParam) {
      return List.of(new int[] {-1});
    }
    if (param instanceof StringArrayParam) {
      return List.of(new String[0], new String[] {"(no such word", "(no such word"});
    }
    return List.of("(no such word");
  }
}
