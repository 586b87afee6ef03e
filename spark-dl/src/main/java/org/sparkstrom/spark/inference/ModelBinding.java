// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * A model's inputs and outputs bound to the columns of a DataFrame, checked on the driver.
 *
 * @param inputs what the model takes
 * @param columns the column of each input
 * @param places where these columns are
 * @param outputs the chosen outputs
 * @param outputPlaces where they are among all outputs of the model
 * @param fields the appended columns, one an output
 * @param fixedRows the number of rows that each batch must have; 0 for any
 * @param batch how much goes through the model at once
 * @param handleInvalid what happens to rows with null or non-finite values
 */
public record ModelBinding(
    List<TensorSpec> inputs,
    List<String> columns,
    List<Integer> places,
    List<ModelOutput> outputs,
    List<Integer> outputPlaces,
    List<StructField> fields,
    int fixedRows,
    BatchLimit batch,
    HandleInvalid handleInvalid)
    implements Serializable {

  public ModelBinding {
    inputs = List.copyOf(inputs);
    columns = List.copyOf(columns);
    places = List.copyOf(places);
    outputs = List.copyOf(outputs);
    outputPlaces = List.copyOf(outputPlaces);
    fields = List.copyOf(fields);
  }

  /**
   * Binds a model to a DataFrame.
   *
   * @throws IllegalArgumentException if a name of the mapping is not one of the model's, a column
   *     does not exist or cannot hold what its input takes, or an output cannot become its column;
   *     the message lists the model's inputs and outputs with their shapes
   */
  public static ModelBinding of(
      BatchModel model,
      PredictionMapping mapping,
      StructType schema,
      BatchLimit batch,
      HandleInvalid handleInvalid) {
    List<String> columns = mapping.columnsOf(model);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      TensorSpec input = model.inputs().get(i);
      places.add(InputColumns.place(schema, columns.get(i), input, model));
    }
    return of(model, mapping, places, batch, handleInvalid);
  }

  /** Binds a model to the values that a SQL function is called with, one an input. */
  static ModelBinding ofValues(
      BatchModel model, PredictionMapping mapping, HandleInvalid handleInvalid) {
    List<Integer> places = IntStream.range(0, model.inputs().size()).boxed().toList();
    return of(model, mapping, places, BatchLimit.ofRows(1), handleInvalid);
  }

  private static ModelBinding of(
      BatchModel model,
      PredictionMapping mapping,
      List<Integer> places,
      BatchLimit batch,
      HandleInvalid handleInvalid) {
    List<ModelOutput> outputs = mapping.outputsOf(model);
    return new ModelBinding(
        model.inputs(),
        mapping.columnsOf(model),
        places,
        outputs,
        outputs.stream().map(model.outputs()::indexOf).toList(),
        mapping.fieldsOf(model),
        model.fixedRows().orElse(0),
        batch,
        handleInvalid);
  }

  /**
   * The schema with the outputs appended.
   *
   * @throws IllegalArgumentException if one of them exists already
   */
  public StructType appendTo(StructType schema) {
    return PredictionColumns.append(schema, fields);
  }
}
