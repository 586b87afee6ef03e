// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.inference.BatchFunction;
import org.sparkstrom.spark.inference.ModelPredictor;

/**
 * A function of the user's over batches of rows. Its output columns are declared; it reads the
 * inputCols, or all columns.
 *
 * @param function the function
 */
record FittedFunction(BatchFunction function) implements FittedModel {

  @Override
  public StructType transformSchema(StructType schema, PostFitSettings settings) {
    return ModelPredictor.functionSchema(schema, columns(schema, settings), fields(settings));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data, PostFitSettings settings) {
    return ModelPredictor.transform(
        data,
        function,
        columns(data.schema(), settings),
        fields(settings),
        settings.batch().rows(),
        settings.handleInvalid());
  }

  @Override
  public UserDefinedFunction function(SparkSession spark, PostFitSettings settings) {
    if (settings.inputCols().isEmpty()) {
      throw new IllegalArgumentException(
          "a SQL function must have named arguments, but inputCols is not set; set it to the function's inputs");
    }
    return ModelPredictor.function(
        function, settings.inputCols(), fields(settings), settings.handleInvalid());
  }

  private static List<String> columns(StructType schema, PostFitSettings settings) {
    return settings.inputCols().isEmpty() ? List.of(schema.fieldNames()) : settings.inputCols();
  }

  private static List<StructField> fields(PostFitSettings settings) {
    if (!settings.modelInputs().isEmpty()
        || !settings.modelOutputs().isEmpty()
        || !settings.outputCols().isEmpty()) {
      throw new IllegalArgumentException(
          "a function has no named inputs and outputs, but modelInputs, modelOutputs or outputCols is set; set inputCols and outputSchema alone");
    }
    if (settings.outputSchema().isEmpty()) {
      throw new IllegalArgumentException(
          "the columns that a function gives must be declared, but outputSchema is not set; set it, as to 'score double'");
    }
    return List.of(settings.outputSchema().fields());
  }

  @Override
  public void requireWritable() {
    throw new UnsupportedOperationException(
        "a ParallelPostFit of a Java function cannot be saved, as loading it would deserialize code from a file; save what the function needs yourself, and make the stage anew, or export the model as ONNX");
  }

  @Override
  public PostFitFacts write(PostFitFolder folder) {
    requireWritable();
    throw new IllegalStateException("unreachable");
  }

  @Override
  public String description() {
    return "the model is a function, " + function.getClass().getName();
  }
}
