// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchLimit;
import org.sparkstrom.spark.inference.PredictionMapping;

/**
 * What the Params of a {@link ParallelPostFit} say; empty where one is not set.
 *
 * @param inputCols columns
 * @param modelInputs the inputs that they are for
 * @param modelOutputs the outputs that become columns
 * @param outputCols names of these columns
 * @param outputSchema names and types of these columns
 * @param batch how much goes through the model at once
 * @param handleInvalid what happens to rows with null or non-finite inputs
 */
record PostFitSettings(
    List<String> inputCols,
    List<String> modelInputs,
    List<String> modelOutputs,
    List<String> outputCols,
    StructType outputSchema,
    BatchLimit batch,
    HandleInvalid handleInvalid) {

  PostFitSettings {
    boolean unpaired = !modelInputs.isEmpty() && modelInputs.size() != inputCols.size();
    if (unpaired) {
      throw new IllegalArgumentException(
          "each of the modelInputs %s must have a column, but the inputCols are %s"
              .formatted(modelInputs, inputCols));
    }
  }

  /**
   * The column of each input.
   *
   * @param order names of the inputs where modelInputs are not set
   * @throws IllegalArgumentException if inputs and columns are not as many
   */
  Map<String, String> columnsByInput(List<String> order) {
    List<String> names = modelInputs.isEmpty() ? order : modelInputs;
    if (!inputCols.isEmpty() && inputCols.size() != names.size()) {
      throw new IllegalArgumentException(
          "inputCols must be one for each of the model's inputs %s, but are %s; set modelInputs to the inputs that they are for"
              .formatted(names, inputCols));
    }
    Map<String, String> columns = new HashMap<>();
    for (int i = 0; i < inputCols.size(); i++) {
      columns.put(names.get(i), inputCols.get(i));
    }
    return columns;
  }

  /** As a mapping of a model whose inputs have this order. */
  PredictionMapping mapping(List<String> order) {
    return new PredictionMapping(columnsByInput(order), modelOutputs, outputCols, outputSchema);
  }
}
