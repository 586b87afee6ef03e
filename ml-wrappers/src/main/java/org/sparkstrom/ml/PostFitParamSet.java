// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchLimit;

/** The Params of {@link ParallelPostFit}. */
final class PostFitParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  final StringArrayParam inputCols;
  final StringArrayParam modelInputs;
  final StringArrayParam modelOutputs;
  final StringArrayParam outputCols;
  final Param<String> outputSchema;
  final IntParam predictionBatchSize;
  final LongParam predictionBatchBytes;
  final Param<String> handleInvalid;

  /** The Params of this stage; sets the stage's defaults. */
  PostFitParamSet(Params stage) {
    inputCols =
        names(
            stage,
            "inputCols",
            "columns that the model's inputs are read from, one each, in the order of modelInputs; "
                + "unset: the columns that are called as the inputs are");
    modelInputs =
        names(
            stage,
            "modelInputs",
            "names of the model's inputs, in the order of inputCols; unset: the model's own order");
    modelOutputs =
        names(stage, "modelOutputs", "names of the outputs that become columns; unset: all");
    outputCols =
        names(
            stage,
            "outputCols",
            "names of the appended columns, one an output; unset: those of the outputs");
    outputSchema =
        new Param<>(
            stage,
            "outputSchema",
            "names and types of the appended columns, as DDL such as 'score double' or as the JSON "
                + "of a StructType; unset: what the model tells",
            ParamChecks.check(PostFitParamSet::schemaOf));
    predictionBatchSize =
        Defaulted.integer(
            stage, "predictionBatchSize", "rows that go through the model at once", 256, 1);
    predictionBatchBytes =
        new LongParam(
            stage,
            "predictionBatchBytes",
            "bytes of inputs that go through the model at once, if fewer rows have so many",
            ParamChecks.atLeast("predictionBatchBytes", 1));
    stage.setDefault(predictionBatchBytes, 64L << 20);
    handleInvalid =
        Defaulted.choice(
            stage,
            "handleInvalid",
            "what happens to rows with null or non-finite inputs: error, skip (the row is left "
                + "out), keep (such a value counts as 0)",
            HandleInvalid.ERROR);
  }

  private static StringArrayParam names(Params stage, String name, String doc) {
    return new StringArrayParam(
        stage, name, doc, ParamChecks.check(value -> checkNames(name, value)));
  }

  private static void checkNames(String param, String[] names) {
    if (names.length == 0 || new HashSet<>(Arrays.asList(names)).size() != names.length) {
      throw new IllegalArgumentException(
          "%s must be at least one name, each once, but is %s"
              .formatted(param, Arrays.toString(names)));
    }
  }

  /** The schema that this text describes. */
  static StructType schemaOf(String text) {
    try {
      StructType schema =
          text.stripLeading().startsWith("{")
              ? (StructType) DataType.fromJson(text)
              : StructType.fromDDL(text);
      if (schema.isEmpty()) {
        throw new IllegalArgumentException("it has no column");
      }
      return schema;
    } catch (Exception e) { // also Scala's checked ones, which Java's compiler does not see
      throw notASchema(text, e);
    }
  }

  private static IllegalArgumentException notASchema(String text, Exception cause) {
    return new IllegalArgumentException(
        "outputSchema must be DDL such as 'score double, label bigint' or the JSON of a StructType, but is '%s': %s"
            .formatted(text, String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        cause);
  }

  /** What these Params say in a stage. */
  PostFitSettings settings(Params stage) {
    return new PostFitSettings(
        list(stage, inputCols),
        list(stage, modelInputs),
        list(stage, modelOutputs),
        list(stage, outputCols),
        stage.isDefined(outputSchema)
            ? schemaOf(stage.getOrDefault(outputSchema))
            : new StructType(),
        new BatchLimit(
            (int) stage.getOrDefault(predictionBatchSize),
            (long) stage.getOrDefault(predictionBatchBytes)),
        HandleInvalid.of(stage.getOrDefault(handleInvalid)));
  }

  private static List<String> list(Params stage, StringArrayParam names) {
    return stage.isDefined(names) ? List.of(stage.getOrDefault(names)) : List.of();
  }
}
