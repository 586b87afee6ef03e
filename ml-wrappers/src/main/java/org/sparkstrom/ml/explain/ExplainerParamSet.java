// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ParamRules;
import scala.Function1;

/** The Params of {@link ExplainerParams}. */
final class ExplainerParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MAX_SAMPLES = 1_000_000;

  final Param<String> inputCol;
  final StringArrayParam inputCols;
  final Param<String> targetCol;
  final IntArrayParam targetClasses;
  final Param<String> outputCol;
  final Param<String> baseCol;
  final Param<String> rSquaredCol;
  final Param<String> partsCol;
  final IntParam numSamples;
  final LongParam seed;
  final Param<String> handleInvalid;
  final PartParamSet parts;

  /** The Params of this stage; sets the stage's defaults. */
  ExplainerParamSet(Params stage) {
    inputCol =
        new Param<>(
            stage,
            "inputCol",
            "column of the model that is explained: of features or of pixels (vectors, or arrays of"
                + " doubles or floats), or of texts; instead of inputCols",
            filled("inputCol"));
    inputCols =
        new StringArrayParam(
            stage,
            "inputCols",
            "columns of the model that are explained, each of them one feature; instead of inputCol",
            ParamRules.that(ExplainerParamSet::checkNames));
    targetCol =
        text(
            stage,
            "targetCol",
            "column of the model's output that is explained: of numbers, vectors or arrays",
            "probability",
            filled("targetCol"));
    targetClasses =
        new IntArrayParam(
            stage,
            "targetClasses",
            "entries of targetCol that are explained, counted from 0, in this order; empty for all",
            ParamRules.that(ExplainerParamSet::checkClasses));
    stage.setDefault(targetClasses, new int[0]);
    outputCol =
        text(
            stage,
            "outputCol",
            "column to append: an array with a vector for each target, which has a value for each"
                + " part",
            "explanation",
            filled("outputCol"));
    baseCol = optional(stage, "baseCol", "vectors of what the values are added to", "Base");
    rSquaredCol =
        optional(
            stage,
            "rSquaredCol",
            "vectors of how much of what the model says the explanation gives, 1 for all",
            "RSquared");
    partsCol =
        optional(stage, "partsCol", "arrays of the words that the values belong to", "Parts");
    numSamples = numSamples(stage);
    seed = new LongParam(stage, "seed", "of the samples that are drawn");
    stage.setDefault(seed, 1L);
    handleInvalid = handleInvalid(stage);
    parts = new PartParamSet(stage);
  }

  private static IntParam numSamples(Params stage) {
    IntParam param =
        new IntParam(
            stage,
            "numSamples",
            "samples of the parts for each row: more are more exact; 0 for twice the parts and"
                + " 2048 (KernelShap) or 1000 (Lime)",
            ParamRules.between("numSamples", 0, MAX_SAMPLES));
    stage.setDefault(param, 0);
    return param;
  }

  private static Param<String> handleInvalid(Params stage) {
    return text(
        stage,
        "handleInvalid",
        "what becomes of a row that cannot be explained: error (the job fails), skip (the row"
            + " is left out), keep (without an explanation)",
        HandleInvalid.ERROR.paramValue(),
        ParamRules.that(HandleInvalid::of));
  }

  /** A Param with a default. */
  static Param<String> text(
      Params stage, String name, String doc, String standard, Function1<String, Object> rule) {
    Param<String> param = new Param<>(stage, name, doc, rule);
    stage.setDefault(param, standard);
    return param;
  }

  private static Param<String> optional(Params stage, String name, String holds, String suffix) {
    Param<String> param =
        new Param<>(stage, name, "column to append of " + holds + "; empty for none");
    stage.setDefault(param, "explanation" + suffix);
    return param;
  }

  private static Function1<String, Object> filled(String param) {
    return ParamRules.that(
        value -> {
          if (value.isEmpty()) {
            throw new IllegalArgumentException(
                param + " must be the name of a column, but is empty");
          }
        });
  }

  private static void checkNames(String[] names) {
    if (names.length == 0 || List.of(names).stream().distinct().count() < names.length) {
      throw new IllegalArgumentException(
          "inputCols must be at least one name, each once, but is " + Arrays.toString(names));
    }
  }

  private static void checkClasses(int[] classes) {
    if (Arrays.stream(classes).anyMatch(number -> number < 0)
        || Arrays.stream(classes).distinct().count() < classes.length) {
      throw new IllegalArgumentException(
          "targetClasses must be at least 0, each once, but is " + Arrays.toString(classes));
    }
  }
}
