// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which column a model's input is read from, and which columns its outputs become. It exists so
 * that models of all kinds are bound to columns by one set of rules.
 *
 * @param inputs column by name of the input; an input that is not in here is read from the column
 *     of its own name
 * @param outputs names of the outputs that become columns; empty for all
 * @param columns names of these columns; empty for those of the outputs, or of the schema
 * @param schema names and types of these columns; empty for what the model tells
 */
public record PredictionMapping(
    Map<String, String> inputs, List<String> outputs, List<String> columns, StructType schema)
    implements Serializable {

  /** Each input from the column of its name, each output to one of its name. */
  public static final PredictionMapping BY_NAME =
      new PredictionMapping(Map.of(), List.of(), List.of(), new StructType());

  public PredictionMapping {
    inputs = new HashMap<>(inputs);
    outputs = List.copyOf(outputs);
    columns = List.copyOf(columns);
    requireDistinct("outputs", outputs);
    if (!columns.isEmpty() && !schema.isEmpty()) {
      throw new IllegalArgumentException(
          "the output columns must be named once, by outputCols or by outputSchema, but are %s in one and %s in the other; leave one out"
              .formatted(columns, List.of(schema.fieldNames())));
    }
    columns = columns.isEmpty() ? List.of(schema.fieldNames()) : columns;
    requireDistinct("output columns", columns);
  }

  private static void requireDistinct(String what, List<String> names) {
    if (new HashSet<>(names).size() != names.size()) {
      throw new IllegalArgumentException("the %s must differ, but are %s".formatted(what, names));
    }
  }

  /** With each of these inputs from the column beside it. */
  public PredictionMapping withInputs(Map<String, String> columnsByInput) {
    return new PredictionMapping(columnsByInput, outputs, names(), schema);
  }

  private List<String> names() {
    return schema.isEmpty() ? columns : List.of();
  }

  /**
   * The column of each input.
   *
   * @throws IllegalArgumentException if the mapping names an input that the model has not
   */
  List<String> columnsOf(BatchModel model) {
    List<String> names = model.inputs().stream().map(TensorSpec::name).toList();
    for (String name : inputs.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "input '%s' is mapped to column '%s', but the model has no such input: %s"
                .formatted(name, inputs.get(name), model.description()));
      }
    }
    return names.stream().map(name -> inputs.getOrDefault(name, name)).toList();
  }

  /**
   * The chosen outputs.
   *
   * @throws IllegalArgumentException if the model lacks one; the message lists what it has
   */
  List<ModelOutput> outputsOf(BatchModel model) {
    if (outputs.isEmpty()) {
      return model.outputs();
    }
    return outputs.stream()
        .map(
            name ->
                model.outputs().stream()
                    .filter(output -> output.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "the model has no output '%s': %s"
                                    .formatted(name, model.description()))))
        .toList();
  }

  /**
   * The appended columns.
   *
   * @throws IllegalArgumentException if there are not as many as outputs, the type of one is
   *     neither declared nor told by the model, or a declared one cannot hold its output
   */
  List<StructField> fieldsOf(BatchModel model) {
    List<ModelOutput> chosen = outputsOf(model);
    List<String> names = names(chosen.stream().map(ModelOutput::name).toList(), model::description);
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      ModelOutput output = chosen.get(i);
      String name = names.get(i);
      DataType type =
          schema.isEmpty()
              ? output
                  .knownType()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "the model does not tell the shape of its output %s; declare its column with outputSchema. In all %s"
                                  .formatted(output, model.description())))
              : schema.fields()[i].dataType();
      TensorValues.requireHolds(type, output, name);
      fields.add(DataTypes.createStructField(name, type, false));
    }
    return fields;
  }

  /** Names of columns for outputs of these names. */
  List<String> names(List<String> outputNames, Supplier<String> description) {
    if (columns.isEmpty()) {
      return outputNames;
    }
    if (columns.size() != outputNames.size()) {
      throw new IllegalArgumentException(
          "each of the outputs %s must have a column, but the columns are %s; %s"
              .formatted(outputNames, columns, description.get()));
    }
    return IntStream.range(0, columns.size()).mapToObj(columns::get).toList();
  }
}
